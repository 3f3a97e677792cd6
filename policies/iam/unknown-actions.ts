import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import { splitAction } from "./actions";
import type { Statement } from "./document";
import { nearestService, serviceOf, services } from "./services";
import { hasWildcard } from "./patterns";

/** An action, or a pattern of actions, that AWS's list does not have. */
export interface UnknownAction {
  readonly pattern: string;
  /** The action that AWS has and that is most likely meant, where one is near. */
  readonly nearest: string | undefined;
}

/** Of more actions than these the nearest is not looked for: a document should not take long because all in it is wrong. */
const MOST_COMPARED = 20;

/**
 * The statements that name actions which AWS's list does not have, with those actions. A service of which nothing near is listed
 * counts as one that is newer than the list.
 */
export function unknownActions(
  statements: readonly Statement[],
): { readonly statement: Statement; readonly unknown: readonly UnknownAction[] }[] {
  let compared = 0;
  return statements.flatMap((statement) => {
    const unknown = statement.actions.patterns.flatMap((pattern): UnknownAction[] => {
      const { service, action } = splitAction(pattern.toLowerCase());
      // Other wildcards may well be meant for actions to come.
      const isMeant = hasWildcard(pattern.replace(/\*$/, "")) || action === "*";
      const isUnlisted = services().has(service) ? !isMeant && !isListed(service, action) : true;
      if (!isUnlisted || hasWildcard(service) || !/^\S+$/.test(pattern)) {
        return [];
      }
      if (compared++ >= MOST_COMPARED) {
        return services().has(service) ? [{ pattern, nearest: undefined }] : [];
      }
      return nearestOf(pattern, service, action);
    });
    return unknown.length === 0 ? [] : [{ statement, unknown }];
  });
}

function nearestOf(pattern: string, service: string, action: string): UnknownAction[] {
  const known = services().has(service) ? service : nearestService(service);
  if (known === undefined) {
    return [];
  }
  const listed = [...serviceOf(known).actions.values()].map(({ name }) => name);
  const nearest =
    hasWildcard(action.replace(/\*$/, "")) || isListed(known, action)
      ? pattern.replace(/^[^:]*/, known)
      : withService(known, nearestSpelling(action, listed));
  return [{ pattern, nearest }];
}

function isListed(service: string, action: string): boolean {
  const { actions, names } = serviceOf(service);
  return action.endsWith("*")
    ? names.some((name) => name.startsWith(action.slice(0, -1)))
    : actions.has(action);
}

function withService(service: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${service}:${name}`;
}
