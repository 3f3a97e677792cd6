import { isOpen } from "./wildcard";
import { UNKNOWN } from "./unknown";

/** A condition that restricts when a statement applies. */
export interface Condition {
  /** As written, such as `StringEquals`. */
  readonly operator: string;
  /** In lower case: condition keys are compared without regard to case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** What a Condition element says. */
export interface Conditions {
  readonly restricting: readonly Condition[];
  readonly problems: readonly string[];
  readonly unknown: readonly string[];
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

/** Reads a Condition element. One that always holds is left out: it restricts nothing. */
export function readConditions(
  element: unknown,
  at: string,
  effect: "Allow" | "Deny" | undefined,
): Conditions {
  const restricting: Condition[] = [];
  const problems: string[] = [];
  const unknown: string[] = [];
  if (element === undefined) {
    return { restricting, problems, unknown };
  }
  if (element === UNKNOWN) {
    return { restricting, problems, unknown: [at] };
  }
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    return { restricting, problems: [`${at} is not an object of operators`], unknown };
  }
  for (const [operator, keys] of Object.entries(element)) {
    const here = `${at}.${operator}`;
    if (!OPERATORS.has(plainOperator(operator))) {
      problems.push(`${here} is no condition operator of IAM`);
    } else if (keys === UNKNOWN) {
      unknown.push(here);
    } else if (typeof keys !== "object" || keys === null || Array.isArray(keys)) {
      problems.push(`${here} is not an object of condition keys`);
    } else {
      for (const [key, value] of Object.entries(keys as object)) {
        const list: unknown[] = Array.isArray(value) ? value : [value];
        if (list.includes(UNKNOWN)) {
          unknown.push(`${here}.${key}`);
        }
        const values = list.filter((each) => each !== UNKNOWN);
        if (values.length === 0 && list.length === 0) {
          problems.push(`${here}.${key} is an empty list`);
        } else if (values.some((each) => !isScalar(each))) {
          problems.push(`${here}.${key} holds something that is no text, number or truth value`);
        } else {
          const condition = { operator, key: key.toLowerCase(), values: values.map(String) };
          if (list.includes(UNKNOWN) || !holdsAlways(condition, effect)) {
            restricting.push(condition);
          }
        }
      }
    }
  }
  return { restricting, problems, unknown };
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
  switch (base) {
    case "stringlike":
      return values.some(isOpen);
    case "arnlike":
    case "arnequals":
      return values.some((value) => isOpen(value) || isOpenArn(value));
    case "bool":
      return (
        (values.some((value) => /^true$/i.test(value)) &&
          values.some((value) => /^false$/i.test(value))) ||
        (key === "aws:securetransport" && values.some((value) => /^true$/i.test(value)))
      );
    case "null":
      return ALWAYS_PRESENT.has(key) && values.every((value) => /^false$/i.test(value));
    case "ipaddress":
      return coversAllAddresses(values);
    case "dategreaterthan":
    case "dategreaterthanequals":
      return key === "aws:currenttime" && values.some((value) => Date.parse(value) < Date.now());
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
