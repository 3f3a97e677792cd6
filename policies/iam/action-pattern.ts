import { SENSITIVE_ACTIONS, type SensitiveAction } from "./sensitive-actions";
import { actionsOf, services } from "./service-data";
import { hasWildcard, isOpen, matches, simplify } from "./wildcard";

/** An action pattern, taken apart at its colon; in lower case, its wildcards simplified. */
export interface ActionPattern {
  /** As written, in lower case. */
  readonly text: string;
  readonly service: string;
  readonly action: string;
  readonly hasServiceWildcard: boolean;
  readonly hasActionWildcard: boolean;
  /** Whether the action is nothing but wildcards. */
  readonly isOpen: boolean;
  /** Whether IAM would take it: `service:Action`, or a star. */
  readonly isWellFormed: boolean;
  /** The sensitive actions that it takes in; mostly none. */
  readonly sensitive: readonly SensitiveAction[];
}

const cache = new Map<string, ActionPattern>();
const MOST_CACHED = 50_000;
const LONGEST_CACHED = 128;
const NONE: readonly SensitiveAction[] = [];

/** Takes a pattern apart. Without a colon, a star at the end stands for every action; anything else is no action at all. */
export function parseAction(written: string): ActionPattern {
  let parsed = cache.get(written);
  if (parsed === undefined) {
    parsed = parse(written.toLowerCase());
    if (cache.size >= MOST_CACHED) {
      cache.clear();
    }
    if (written.length <= LONGEST_CACHED) {
      cache.set(written, parsed);
    }
  }
  return parsed;
}

function parse(text: string): ActionPattern {
  const colon = text.indexOf(":");
  const service = simplify(colon < 0 ? text : text.slice(0, colon));
  const action = simplify(colon < 0 ? (text.endsWith("*") ? "*" : "") : text.slice(colon + 1));
  const hasServiceWildcard = hasWildcard(service);
  return {
    text,
    service,
    action,
    hasServiceWildcard,
    hasActionWildcard: hasWildcard(action),
    isOpen: isOpen(action),
    isWellFormed:
      isOpen(text) ||
      (colon > 0 && colon < text.length - 1 && text.lastIndexOf(":") === colon && !/\s/.test(text)),
    sensitive: sensitiveIn(service, action, hasServiceWildcard),
  };
}

function sensitiveIn(
  service: string,
  action: string,
  hasServiceWildcard: boolean,
): readonly SensitiveAction[] {
  const ofService = hasServiceWildcard
    ? [...SENSITIVE_ACTIONS].flatMap(([name, list]) => (matches(service, name) ? list : NONE))
    : (SENSITIVE_ACTIONS.get(service) ?? NONE);
  const found = ofService.filter(({ key }) => matches(action, key));
  return found.length === 0 ? NONE : found;
}

/** Whether a pattern takes in at least one action that a service has today, or all that it may ever have. */
export function touches(pattern: ActionPattern, service: string): boolean {
  if (
    pattern.hasServiceWildcard ? !matches(pattern.service, service) : pattern.service !== service
  ) {
    return false;
  }
  if (pattern.isOpen) {
    return true;
  }
  const { keys, keySet } = actionsOf(service);
  return pattern.hasActionWildcard
    ? keys.some((key) => matches(pattern.action, key))
    : keySet.has(pattern.action);
}

/** The services whose prefix a pattern matches; a literal one is taken as it is, known or not. */
export function matchingServices(pattern: ActionPattern): readonly string[] {
  if (!pattern.hasServiceWildcard) {
    return [pattern.service];
  }
  const all = [...services()];
  return pattern.service === "*" ? all : all.filter((name) => matches(pattern.service, name));
}

/** What a pattern stands for. */
export interface Expansion {
  readonly count: number;
  /** Some of the actions, as AWS spells them. */
  readonly examples: readonly string[];
}

const EXAMPLES = 3;
const expansions = new Map<string, Expansion>();
const MOST_EXPANSIONS = 5_000;

/** How many of today's actions a pattern takes in, and three of them. */
export function expand(text: string): Expansion {
  let expansion = expansions.get(text);
  if (expansion === undefined) {
    expansion = expandNow(parseAction(text));
    if (expansions.size >= MOST_EXPANSIONS) {
      expansions.clear();
    }
    expansions.set(text, expansion);
  }
  return expansion;
}

function expandNow(pattern: ActionPattern): Expansion {
  const examples: string[] = [];
  let count = 0;
  for (const service of matchingServices(pattern)) {
    const { names, keys } = actionsOf(service);
    for (let index = 0; index < keys.length; index++) {
      if (pattern.action === "*" || matches(pattern.action, keys[index]!)) {
        count++;
        if (examples.length < EXAMPLES) {
          examples.push(`${service}:${names[index]!}`);
        }
      }
    }
  }
  return { count, examples };
}
