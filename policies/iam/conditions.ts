import { isObject, type ElementReader } from "./element-reader";
import { isOpen, matches } from "./wildcard";
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
  return Object.entries(element).flatMap(([operator, keys]) =>
    readOperator(operator, keys, `${here}.${operator}`, reader).filter(
      (condition) => condition.values.length === 0 || !holdsAlways(condition, effect),
    ),
  );
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

/** Keys that every request carries (AWS global condition context keys: "always included"). */
const ALWAYS_PRESENT = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:requestedregion",
  "aws:securetransport",
  "aws:useragent",
  "aws:userid",
  "aws:viaawsservice",
]);

/**
 * Whether a condition counts as none. The doubt goes against the statement: an Allow is read as unconditional where its
 * condition leaves nearly everything open, a Deny only where its condition holds for every request there is.
 */
function holdsAlways(condition: Condition, effect: "Allow" | "Deny" | undefined): boolean {
  return (
    isVacuous(condition) &&
    (effect === "Allow" ||
      (plainOperator(condition.operator) === "stringlike" && ALWAYS_PRESENT.has(condition.key)))
  );
}

/**
 * Whether a condition holds for (nearly) every request: a pattern that is all star, every address, both truth values, TLS
 * (which the AWS SDKs always use), a time that lies behind, or the exclusion of single values.
 */
function isVacuous({ operator, key, values }: Condition): boolean {
  const base = plainOperator(operator);
  if (values.some((value) => value.toLowerCase() === `\${${key}}`)) {
    // The key compared with itself.
    return base.startsWith("string") && !base.includes("not");
  }
  switch (base) {
    case "stringlike":
    case "arnlike":
    case "arnequals":
      return values.some(
        (value) => isOpen(value) || isOpenArn(value) || takesInAnyPrincipal(key, value),
      );
    case "bool":
      return (
        (values.some((value) => /^true$/i.test(value)) &&
          values.some((value) => /^false$/i.test(value))) ||
        (key === "aws:securetransport" && values.some((value) => /^true$/i.test(value))) ||
        (key === "aws:viaawsservice" && values.some((value) => /^false$/i.test(value)))
      );
    case "null":
      return ALWAYS_PRESENT.has(key) && values.every((value) => /^false$/i.test(value));
    case "ipaddress":
      return coversAllAddresses(values);
    case "dategreaterthan":
    case "dategreaterthanequals":
      return key === "aws:currenttime" && values.some((value) => Date.parse(value) < Date.now());
    case "datelessthan":
    case "datelessthanequals":
      return key === "aws:currenttime" && values.some(isFarAway);
    case "stringnotequals":
    case "stringnotequalsignorecase":
    case "stringnotlike":
    case "arnnotequals":
    case "arnnotlike":
    case "notipaddress":
    case "numericnotequals":
    case "datenotequals":
      return !values.some((value) => isOpen(value));
    default:
      return false;
  }
}

/** A date on which nobody waits for a permission to end. */
function isFarAway(value: string): boolean {
  return Date.parse(value) > Date.now() + 5 * 365 * 24 * 60 * 60 * 1000;
}

/** Whether a pattern of principals takes in a role of any name in any account. */
function takesInAnyPrincipal(key: string, pattern: string): boolean {
  return (
    key === "aws:principalarn" && matches(pattern, "arn:aws:iam::\uE010:role/\uE010\uE010\uE010")
  );
}

/** An ARN pattern that leaves every part open but the partition. */
function isOpenArn(pattern: string): boolean {
  const [prefix, partition, ...rest] = pattern.split(":");
  return prefix === "arn" && partition !== undefined && rest.length > 0 && rest.every(isOpen);
}

function coversAllAddresses(ranges: readonly string[]): boolean {
  const trimmed = ranges.map((range) => range.replaceAll(" ", ""));
  const halves = (one: string, other: string): boolean =>
    trimmed.includes(one) && trimmed.includes(other);
  return (
    trimmed.some((range) => /\/0+$/.test(range)) ||
    halves("0.0.0.0/1", "128.0.0.0/1") ||
    halves("::/1", "8000::/1")
  );
}
