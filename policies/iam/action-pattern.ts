import type { Patterns } from "./document";
import { actionsOf, services } from "./service-data";
import { isOpen, matches } from "./wildcard";

/** An action pattern, taken apart at its colon; in lower case. */
export interface ActionPattern {
  readonly text: string;
  readonly service: string;
  readonly action: string;
}

const cache = new Map<string, ActionPattern>();
const MOST_CACHED = 50_000;

/** Takes a pattern apart. Without a colon, a star stands for both parts; anything else is no action at all. */
export function parseAction(text: string): ActionPattern {
  let parsed = cache.get(text);
  if (parsed === undefined) {
    const lower = text.toLowerCase();
    const colon = lower.indexOf(":");
    parsed =
      colon < 0
        ? {
            text,
            service: lower.endsWith("*") ? lower : "",
            action: isOpen(lower) || lower.endsWith("*") ? "*" : "",
          }
        : { text, service: lower.slice(0, colon), action: lower.slice(colon + 1) };
    if (cache.size > MOST_CACHED) {
      cache.clear();
    }
    cache.set(text, parsed);
  }
  return parsed;
}

/** Whether a pattern takes in an action such as `sagemaker:InvokeEndpoint`. */
export function patternMatches(pattern: string, service: string, action: string): boolean {
  const parsed = parseAction(pattern);
  return matches(parsed.service, service) && matches(parsed.action, action);
}

/** Whether an Action or NotAction element takes in an action such as `sagemaker:InvokeEndpoint`. */
export function actionMatches(element: Patterns, action: string): boolean {
  const { service, action: name } = parseAction(action);
  const listed = element.values.some((pattern) => patternMatches(pattern, service, name));
  return element.negated ? !listed && !element.unknown : listed;
}

/** Every action that a pattern takes in, as AWS spells them: at most `most`, and how many there are. */
export function expand(pattern: string, most: number): { count: number; examples: string[] } {
  const { service, action } = parseAction(pattern);
  const examples: string[] = [];
  let count = 0;
  for (const each of matchingServices(service)) {
    const { names, keys } = actionsOf(each);
    keys.forEach((key, index) => {
      if (matches(action, key)) {
        count++;
        if (examples.length < most) {
          examples.push(`${each}:${names[index]!}`);
        }
      }
    });
  }
  return { count, examples };
}

/** The known services whose prefix a pattern matches; a literal one is taken as it is. */
export function matchingServices(pattern: string): string[] {
  if (!pattern.includes("*") && !pattern.includes("?")) {
    return [pattern];
  }
  return [...services()].filter((service) => matches(pattern, service));
}
