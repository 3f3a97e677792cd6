import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import { splitAction } from "./actions";
import type { Statement } from "./document";
import { serviceOf, services } from "./services";
import { hasWildcard } from "./patterns";

/** An action, or a pattern of actions, that AWS's list does not have. */
export interface UnknownAction {
  readonly pattern: string;
  /** The action that AWS has and that is most likely meant, where one is near. */
  readonly nearest: string | undefined;
}

/**
 * The actions that a statement names and AWS's list does not have. A service of which nothing near is listed counts as one that
 * is newer than the list.
 */
export function unknownActions({ actions }: Statement): UnknownAction[] {
  return actions.patterns.flatMap((pattern) => {
    const { service, action } = splitAction(pattern.toLowerCase());
    // Other wildcards may well be meant for actions to come.
    const isMeant = hasWildcard(pattern.replace(/\*$/, "")) || action === "*";
    if (isMeant || isListed(service, action)) {
      return [];
    }
    const known = services().has(service) ? service : nearestSpelling(service, [...services()]);
    if (known === undefined) {
      return [];
    }
    const listed = [...serviceOf(known).actions.values()].map(({ name }) => name);
    const nearest = isListed(known, action)
      ? pattern.replace(/^[^:]*/, known)
      : withService(known, nearestSpelling(action, listed));
    return [{ pattern, nearest }];
  });
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
