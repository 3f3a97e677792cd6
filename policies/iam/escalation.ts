import { splitAction } from "./actions";
import { determined } from "./audience";
import type { Statement } from "./document";
import { ESCALATION_PATHS, type EscalationPath } from "./escalation-paths";
import { areKnown, isAllowedOnAny, takingIn, type Grants } from "./grants";
import { templatesOf } from "./services";

/** A set of permissions with which their holder can become more than it was meant to be. */
export interface Escalation {
  readonly path: EscalationPath;
  /** For each action of the path the statements that allow it on any resource. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
}

/** The ways to escalate that the statements leave open together; of those that need more of the same, the shortest. */
export function escalations(grants: Grants): Escalation[] {
  const found: Escalation[] = [];
  const known = new Map<string, readonly Statement[]>();
  const allowing = (action: string, passedTo = ""): readonly Statement[] => {
    const question = action === PASS_ROLE ? passedTo : action;
    const by = known.get(question) ?? allowingAny(grants, action, passedTo || undefined);
    known.set(question, by);
    return by;
  };
  for (const { path, actions } of PATHS) {
    const isOpen =
      // Most paths end here: some action is allowed nowhere.
      actions.every(({ service, action }) =>
        grants.allows.some(({ statement }) => statement.actions.has(service, action)),
      ) &&
      !found.some((each) => each.path.needs.every((action) => path.needs.includes(action))) &&
      path.needs.every((action) => allowing(action, path.passedTo).length > 0);
    if (isOpen) {
      const by = path.needs.map((action) => [action, allowing(action, path.passedTo)] as const);
      found.push({ path, statements: new Map(by) });
    }
  }
  return found;
}

const PASS_ROLE = "iam:PassRole";
const PATHS = ESCALATION_PATHS.map((path) => ({
  path,
  actions: path.needs.map((action) => splitAction(action.toLowerCase())),
}));

/** The statements that let any role be passed to any service. */
export function passRoleToAnything(grants: Grants): readonly Statement[] {
  return allowingAny(grants, PASS_ROLE);
}

/**
 * The statements that allow an action on any resource of its type. Conditions count as far as they limit the resource, not who
 * calls, when or from where.
 */
function allowingAny(grants: Grants, action: string, passedTo?: string): readonly Statement[] {
  const templates = templatesOf(action);
  const on = templates.length === 0 ? ["*"] : templates;
  const scope = determined(grants.now, passedTo);
  return takingIn(grants.allows, action)
    .filter(
      (each) =>
        areKnown(each.statement) && isAllowedOnAny(grants, each, each.when, action, on, scope),
    )
    .map(({ statement }) => statement);
}
