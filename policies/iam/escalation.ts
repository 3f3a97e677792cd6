import { splitAction } from "./actions";
import { determined } from "./audience";
import { calledOn, requestsFor } from "./called-on";
import type { Statement } from "./document";
import { ESCALATION_PATHS, type EscalationPath } from "./escalation-paths";
import { areKnown, denying, isAllowedOnAny, takingIn, type Grants } from "./grants";
import { escape, Region } from "./requests";

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
  const allowing = (action: string, path: EscalationPath): readonly Statement[] => {
    const isAny = path.passedTo === undefined || action === PASS_ROLE;
    const question = [action, isAny, action === PASS_ROLE && path.passedTo].join();
    const by =
      known.get(question) ??
      (isAny ? allowingAny(grants, action, path) : allowingSome(grants, action));
    known.set(question, by);
    return by;
  };
  for (const { path, actions } of PATHS) {
    const isOpen =
      // Most paths end here: some action is allowed nowhere.
      actions.every(({ service, action }) =>
        grants.allows.some(({ statement }) => statement.actions.has(service, action)),
      ) &&
      !found.some(
        (each) =>
          each.path.passedTo === path.passedTo &&
          each.path.needs.every((action) => path.needs.includes(action)),
      ) &&
      path.needs.every((action) => allowing(action, path).length > 0);
    if (isOpen) {
      const by = path.needs.map((action) => [action, allowing(action, path)] as const);
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
function allowingAny(
  grants: Grants,
  action: string,
  { on, passedTo }: Pick<EscalationPath, "on" | "passedTo"> = {},
): readonly Statement[] {
  const scope = determined(grants.now, passedTo);
  const allows = takingIn(grants.allows, action).filter(({ statement }) => areKnown(statement));
  const by = (on?.[action] ?? [calledOn(action)]).map((templates) =>
    allows.filter((each) => isAllowedOnAny(grants, each, each.when, action, templates, scope)),
  );
  return by.every(({ length }) => length > 0)
    ? [...new Set(by.flat())].map(({ statement }) => statement)
    : [];
}

/** The statements that allow an action on at least one resource of its type. */
function allowingSome(grants: Grants, action: string): readonly Statement[] {
  const all = Region.all(determined(grants.now)).within(requestsFor(action))!;
  const denials = denying(grants);
  return takingIn(grants.allows, action)
    .filter((each) => {
      const region = all.within([...each.what, ...each.when]);
      return (
        areKnown(each.statement) && region !== undefined && escape(region, denials) !== undefined
      );
    })
    .map(({ statement }) => statement);
}
