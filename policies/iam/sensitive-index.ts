import type { Statement } from "./document";
import { isHeld } from "./holder";
import { SENSITIVE_ACTIONS } from "./sensitive-actions";

/** Which statements say something about which sensitive action. */
export interface SensitiveIndex {
  /** The Allow statements that take an action in, by its name. */
  readonly allows: ReadonlyMap<string, readonly Statement[]>;
  /** The unconditional Deny statements that take it in. */
  readonly denials: ReadonlyMap<string, readonly Statement[]>;
}

const ALL = [...SENSITIVE_ACTIONS.values()].flat().map(({ name }) => name);

/** Goes through identity statements once; those with a principal say what others may do, and are left out. */
export function indexSensitive(statements: readonly Statement[]): SensitiveIndex {
  const allows = new Map<string, Statement[]>();
  const denials = new Map<string, Statement[]>();
  for (const statement of statements) {
    const { effect, conditions } = statement;
    if (isHeld(statement) && (effect === "Allow" || conditions.length === 0)) {
      const index = effect === "Allow" ? allows : denials;
      for (const name of sensitiveOf(statement)) {
        const list = index.get(name);
        if (list === undefined) {
          index.set(name, [statement]);
        } else {
          list.push(statement);
        }
      }
    }
  }
  return { allows, denials };
}

function sensitiveOf({ actions }: Statement): Iterable<string> {
  const listed = new Set<string>();
  for (const { sensitive } of actions.patterns) {
    for (const { name } of sensitive) {
      listed.add(name);
    }
  }
  if (!actions.negated) {
    return listed;
  }
  return actions.unknown ? [] : ALL.filter((name) => !listed.has(name));
}
