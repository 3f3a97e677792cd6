import { forceOf, requiresKey } from "./condition-force";
import { isObject, type ElementReader } from "./element-reader";
import { UNKNOWN } from "./unknown";

/** A condition that restricts when a statement applies. */
export interface Condition {
  /** As written, such as `StringEquals`. */
  readonly operator: string;
  /** In lower case: condition keys are compared without regard to case. */
  readonly key: string;
  /** Empty where they are not known yet. */
  readonly values: readonly string[];
}

/** The operators of the IAM reference, without quantifier and `IfExists`. */
const OPERATORS = new Set(
  [
    "StringEquals StringNotEquals StringEqualsIgnoreCase StringNotEqualsIgnoreCase StringLike StringNotLike",
    "NumericEquals NumericNotEquals NumericLessThan NumericLessThanEquals NumericGreaterThan NumericGreaterThanEquals",
    "DateEquals DateNotEquals DateLessThan DateLessThanEquals DateGreaterThan DateGreaterThanEquals",
    "Bool BinaryEquals IpAddress NotIpAddress ArnEquals ArnLike ArnNotEquals ArnNotLike Null",
  ]
    .join(" ")
    .toLowerCase()
    .split(" "),
);

const NONE: readonly Condition[] = [];

/** Reads a Condition element. One that always holds is left out: it restricts nothing. */
export function readConditions(
  element: unknown,
  at: string,
  effect: "Allow" | "Deny" | undefined,
  reader: ElementReader,
): readonly Condition[] {
  if (element === undefined) {
    return NONE;
  }
  const here = `${at}.Condition`;
  if (element === UNKNOWN) {
    reader.unknown.push(here);
    // Whatever it will say, it may restrict: a Deny with it takes nothing away, an Allow is judged once it is known.
    return [{ operator: "?", key: "?", values: [] }];
  }
  if (!isObject(element)) {
    reader.problem(`${here} is no object of operators`);
    return NONE;
  }
  const size = Object.values(element).reduce<number>(
    (sum, keys) => sum + (isObject(keys) ? Object.keys(keys).length : 1),
    0,
  );
  if (!reader.hasRoomForConditions(size, here)) {
    // What is not read may restrict: a Deny takes nothing away, an Allow is read as unconditional.
    return effect === "Allow" ? NONE : [{ operator: "?", key: "?", values: [] }];
  }
  const conditions = Object.entries(element).flatMap(([operator, keys]) =>
    readOperator(operator, keys, `${here}.${operator}`, reader),
  );
  return withoutEmpty(conditions, effect, reader.now);
}

function readOperator(
  operator: string,
  keys: unknown,
  at: string,
  reader: ElementReader,
): Condition[] {
  if (!OPERATORS.has(plainOperator(operator))) {
    reader.problem(`${at} is no condition operator of IAM`);
    return [];
  }
  if (keys === UNKNOWN) {
    reader.unknown.push(at);
    return [{ operator, key: "?", values: [] }];
  }
  if (!isObject(keys)) {
    reader.problem(`${at} is no object of condition keys`);
    return [];
  }
  return Object.entries(keys).flatMap(([key, value]): Condition[] => {
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0 || list.some((each) => each !== UNKNOWN && !isScalar(each))) {
      reader.problem(`${at}.${key} needs a text, a number, a truth value or a list of them`);
      return [];
    }
    if (list.includes(UNKNOWN)) {
      reader.unknown.push(`${at}.${key}`);
      return [{ operator, key: key.toLowerCase(), values: [] }];
    }
    return [{ operator, key: key.toLowerCase(), values: list.map(String) }];
  });
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

/** The operator in lower case, without `ForAnyValue:`, `ForAllValues:` and `IfExists`. */
export function plainOperator(operator: string): string {
  return operator
    .toLowerCase()
    .replace(/^for(any|all)values?:/, "")
    .replace(/(?<!^)ifexists$/, "");
}

/** Whether a condition holds for a request that lacks its key. */
function passesAbsentKey(operator: string): boolean {
  return /^forallvalues?:|.ifexists$/i.test(operator);
}

/**
 * The conditions of a statement that restrict it. The doubt goes against the statement: in an Allow those count as none that
 * leave nearly everything open, in a Deny only those that hold for every request there is.
 */
function withoutEmpty(
  conditions: readonly Condition[],
  effect: "Allow" | "Deny" | undefined,
  now: number,
): readonly Condition[] {
  const operators = new Map(
    [...new Set(conditions.map(({ operator }) => operator))].map((operator) => [
      operator,
      { operator: plainOperator(operator), passesAbsentKey: passesAbsentKey(operator) },
    ]),
  );
  const tests = conditions.map(({ operator, key, values }) => ({
    ...operators.get(operator)!,
    key,
    values,
  }));
  const required = new Set(tests.filter(requiresKey).map(({ key }) => key));
  return conditions.filter(({ values }, index) => {
    if (values.length === 0) {
      return true;
    }
    const test = tests[index]!;
    const force = forceOf({ ...test, isKeyRequired: required.has(test.key) }, now);
    return effect === "Allow" ? force === "at times" : force !== "always";
  });
}
