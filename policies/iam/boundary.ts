import { readDocument, type Statement } from "./document";
import { isOpen } from "./patterns";

/**
 * What a permissions boundary keeps its role from, as Deny statements: its own, and those of what none of its Allow statements
 * takes in. In doubt (conditions, exceptions, several statements that name resources) it keeps from less.
 */
export function beyondBoundary(boundary: readonly Statement[]): Statement[] {
  const allows = boundary.filter(({ effect }) => effect === "Allow");
  const own = boundary.filter(({ effect }) => effect === "Deny");
  if (allows.some(({ actions, actionsUnknown }) => actions.negated || actionsUnknown)) {
    return own;
  }
  const isAnywhere = ({ resources }: Statement): boolean =>
    resources!.negated || resources!.unknown || resources!.patterns.some(isOpen);
  const actionsOf = (statements: readonly Statement[]): string[] =>
    statements.flatMap(({ actions }) => actions.patterns);
  const scoped = allows.filter((each) => !isAnywhere(each));
  return [
    ...own,
    ...denying(actionsOf(allows), { Resource: "*" }),
    ...(scoped.length === 0
      ? []
      : denying(actionsOf(allows.filter(isAnywhere)), {
          NotResource: scoped.flatMap(({ resources }) => resources!.patterns),
        })),
  ];
}

function denying(except: readonly string[], on: object): readonly Statement[] {
  const actions = except.length === 0 ? { Action: "*" } : { NotAction: except };
  return readDocument({
    Version: "2012-10-17",
    Statement: { Effect: "Deny", ...actions, ...on },
  }).statements;
}
