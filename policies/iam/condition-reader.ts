import { readCondition, type Condition } from "./condition";
import type { ElementReader } from "./element-reader";
import { RESERVED } from "./patterns";
import { UNKNOWN } from "./unknown";

/** Reads a Condition element. */
export function readConditions(
  element: unknown,
  at: string,
  variables: boolean,
  reader: ElementReader,
): readonly Condition[] {
  // A condition of which nothing is known may restrict.
  const unknown = (value: unknown, operator = "StringEquals", key = "?"): readonly Condition[] =>
    value === UNKNOWN ? [readCondition(operator, key, undefined, false)!] : [];
  const operators =
    element === undefined ? {} : reader.object(element, at, "an object of operators");
  if (operators === undefined) {
    return unknown(element);
  }
  return Object.entries(operators).flatMap(([operator, value]) => {
    const place = `${at}.${operator}`;
    if (readCondition(operator, "?", [], false) === undefined) {
      reader.problem(`${place} is not a condition operator of IAM`);
      return [];
    }
    const keys = reader.object(value, place, "an object of condition keys");
    if (keys === undefined) {
      return unknown(value, operator);
    }
    return Object.entries(keys).flatMap(([key, given]): readonly Condition[] => {
      const list: readonly unknown[] = Array.isArray(given) ? given : [given];
      if (list.length === 0 || list.some((each) => each !== UNKNOWN && !isScalar(each))) {
        reader.problem(`${place}.${key} needs a text, a number, a truth value or a list of them`);
        return [];
      }
      if (list.includes(UNKNOWN)) {
        reader.unknown.push(`${place}.${key}`);
        return unknown(UNKNOWN, operator, key);
      }
      return [readCondition(operator, key, list.map(String), variables)!];
    });
  });
}

function isScalar(value: unknown): boolean {
  return typeof value === "string"
    ? !RESERVED.test(value)
    : typeof value === "number" || typeof value === "boolean";
}
