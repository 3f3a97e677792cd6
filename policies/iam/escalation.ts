import { determined } from "./audience";
import type { Statement } from "./document";
import { ESCALATION_PATHS, type EscalationPath } from "./escalation-paths";
import { isAllowedAt, takingIn, type Grants } from "./grants";
import { resourceAt } from "./places";
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
    const question = action === "iam:PassRole" ? passedTo : action;
    const by = known.get(question) ?? allowingAny(grants, action, passedTo || undefined);
    known.set(question, by);
    return by;
  };
  for (const path of ESCALATION_PATHS) {
    const isKnown = found.some((each) =>
      each.path.needs.every((action) => path.needs.includes(action)),
    );
    if (!isKnown && path.needs.every((action) => allowing(action, path.passedTo).length > 0)) {
      const by = path.needs.map((action) => [action, allowing(action, path.passedTo)] as const);
      found.push({ path, statements: new Map(by) });
    }
  }
  return found;
}

/** The statements that let any role be passed to any service. */
export function passRoleToAnything(grants: Grants): readonly Statement[] {
  return allowingAny(grants, "iam:PassRole");
}

/**
 * The statements that allow an action on any resource of its type. Conditions count as far as they limit the resource, not who
 * calls, when or from where.
 */
function allowingAny(grants: Grants, action: string, passedTo?: string): readonly Statement[] {
  const by = takingIn(grants.allows, action);
  if (by.length === 0) {
    return [];
  }
  const templates = templatesOf(action);
  const scope = determined(grants.now, passedTo);
  return by
    .filter((box) =>
      templates.length === 0
        ? isAllowedAt(grants, box, { action, resource: "*" }, scope)
        : box.places.some((place) =>
            templates.some((template) =>
              isAllowedAt(grants, box, { action, resource: resourceAt(place, template) }, scope),
            ),
          ),
    )
    .map(({ statement }) => statement);
}
