import { determined } from "./audience";
import type { Statement } from "./document";
import { ESCALATION_PATHS, type EscalationPath } from "./escalation-paths";
import { aResource, allowedWhere, anAction, type Grants } from "./grants";
import { placesOf, resourceAt } from "./places";
import type { Box } from "./requests";
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
    if (!isKnown) {
      const statements = new Map<string, readonly Statement[]>();
      for (const action of path.needs) {
        const by = allowing(action, path.passedTo);
        if (by.length === 0) {
          break;
        }
        statements.set(action, by);
      }
      if (statements.size === path.needs.length) {
        found.push({ path, statements });
      }
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
  const [service, name] = action.toLowerCase().split(":") as [string, string];
  return grants.allows
    .filter(
      (box) => box.statement.actions.has(service, name) && isOnAny(grants, box, action, passedTo),
    )
    .map(({ statement }) => statement);
}

function isOnAny(grants: Grants, box: Box, action: string, passedTo?: string): boolean {
  const templates = templatesOf(action);
  const places = placesOf([box.statement]);
  const resources =
    templates.length === 0
      ? ["*"]
      : templates.flatMap((template) => places.map((place) => resourceAt(place, template)));
  return resources.some((resource) => {
    const tests = [anAction(action), aResource(resource), ...box.tests];
    return allowedWhere(grants, tests, determined(grants.now, passedTo)) !== undefined;
  });
}
