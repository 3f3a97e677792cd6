import { isOpen, matches } from "./wildcard";

/** How often a condition holds: for every request there is, for nearly every one, or so that it restricts. */
export type Force = "always" | "nearly always" | "at times";

/** A condition, taken apart. */
export interface ConditionTest {
  /** In lower case, without quantifier and `IfExists`. */
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
  /** Whether it holds for a request that lacks the key: `…IfExists` and `ForAllValues:…` do. */
  readonly passesAbsentKey: boolean;
  /** Whether another condition of the statement holds only where the request has the key. */
  readonly isKeyRequired: boolean;
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
 * Keys that a caller may leave out of a request by the way in which it calls: without tags, without MFA, not through an endpoint of a VPC, not
 * through another service, with long-term credentials, from outside every organisation (AWS global condition context keys,
 * "Availability"). Keys of a resource or of one service are not among them: whether those are present is not the caller's
 * choice.
 */
const MAY_BE_LEFT_OUT = new Set([
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:ec2instancesourceprivateipv4",
  "aws:ec2instancesourcevpc",
  "aws:federatedprovider",
  "aws:multifactorauthage",
  "aws:multifactorauthpresent",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:principalservicename",
  "aws:principalservicenameslist",
  "aws:referer",
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceidentity",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpcarn",
  "aws:sourcevpce",
  "aws:tagkeys",
  "aws:tokenissuetime",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "aws:vpcsourceip",
]);

function mayBeLeftOut(key: string): boolean {
  return MAY_BE_LEFT_OUT.has(key) || key.startsWith("aws:requesttag/");
}

/**
 * How often a condition holds. `ForAllValues` and `…IfExists` hold where the key is absent (IAM user guide, "Set operators for
 * multivalued context keys" and "…IfExists condition operators"): on a key that may be left out they ask for nothing, unless
 * another condition requires the key.
 * @param now milliseconds since 1970
 */
export function forceOf(test: ConditionTest, now: number): Force {
  const { operator, key, values, passesAbsentKey, isKeyRequired } = test;
  const isPresent = ALWAYS_PRESENT.has(key);
  if (operator === "null") {
    const mayBePresent = has(values, "false");
    return mayBePresent && (isPresent || has(values, "true")) ? "always" : "at times";
  }
  const force = forceOnValue(test, now);
  if (force === "always") {
    return isPresent || passesAbsentKey ? "always" : "nearly always";
  }
  return passesAbsentKey && !isKeyRequired && mayBeLeftOut(key) ? "nearly always" : force;
}

/** Whether a condition with this operator holds only for requests that have the key. */
export function requiresKey({
  operator,
  values,
  passesAbsentKey,
}: Omit<ConditionTest, "isKeyRequired">): boolean {
  if (operator === "null") {
    return values.length > 0 && !has(values, "true");
  }
  return values.length > 0 && !passesAbsentKey && !operator.includes("not");
}

/** How often a condition holds for the value of a key that is present. */
function forceOnValue({ operator, key, values }: ConditionTest, now: number): Force {
  if (values.some((value) => value.toLowerCase() === `\${${key}}`)) {
    // The key compared with itself.
    return nearlyIf(operator.startsWith("string") && !operator.includes("not"));
  }
  switch (operator) {
    case "stringlike":
      return values.some(isOpen) ? "always" : nearlyIf(hasOpenArn(key, values));
    case "arnlike":
    case "arnequals":
      return nearlyIf(values.some(isOpen) || hasOpenArn(key, values));
    case "bool":
      return forceOfBool(key, values);
    case "ipaddress":
      return nearlyIf(coversAllAddresses(values));
    case "numericgreaterthan":
    case "numericgreaterthanequals":
    case "dategreaterthan":
    case "dategreaterthanequals":
      return forceOfStart(operator, key, values, now);
    case "numericlessthan":
    case "numericlessthanequals":
    case "datelessthan":
    case "datelessthanequals":
      return nearlyIf(
        timesOf(operator, key, values).some((readings) =>
          readings.some((time) => time > now + FAR_AWAY),
        ),
      );
    case "stringnotequals":
    case "stringnotequalsignorecase":
    case "stringnotlike":
    case "arnnotequals":
    case "arnnotlike":
    case "notipaddress":
    case "numericnotequals":
    case "datenotequals":
      return nearlyIf(!values.some(isOpen));
    default:
      return "at times";
  }
}

function nearlyIf(holds: boolean): Force {
  return holds ? "nearly always" : "at times";
}

function has(values: readonly string[], wanted: "true" | "false"): boolean {
  return values.some((value) => value.toLowerCase() === wanted);
}

/** The AWS SDKs always use TLS, and a request that a service passes on is the exception. */
function forceOfBool(key: string, values: readonly string[]): Force {
  if (has(values, "true") && has(values, "false")) {
    return "always";
  }
  return nearlyIf(
    (key === "aws:securetransport" && has(values, "true")) ||
      (key === "aws:viaawsservice" && has(values, "false")),
  );
}

/** A time that lies behind at the moment of judging lies behind for every request to come. */
function forceOfStart(
  operator: string,
  key: string,
  values: readonly string[],
  now: number,
): Force {
  const times = timesOf(operator, key, values);
  const isPast = (time: number): boolean => time < now;
  if (times.some((readings) => readings.length > 0 && readings.every(isPast))) {
    return "always";
  }
  return nearlyIf(times.some((readings) => readings.some(isPast)));
}

const TIME_KEYS = new Set(["aws:currenttime", "aws:epochtime", "aws:tokenissuetime"]);
/** Nobody waits five years for a permission to end. */
const FAR_AWAY = 5 * 365 * 24 * 60 * 60 * 1000;

/** For each value the times that it may mean, in milliseconds since 1970; nothing for a key that holds no time. */
function timesOf(operator: string, key: string, values: readonly string[]): number[][] {
  if (!TIME_KEYS.has(key)) {
    return [];
  }
  return values.map((value) => (operator.startsWith("date") ? datesOf(value) : secondsOf(value)));
}

function secondsOf(value: string): number[] {
  return /^-?\d+(?:\.\d+)?$/.test(value) ? [Number(value) * 1000] : [];
}

/** IAM takes dates of ISO 8601 and seconds since 1970; four digits may be either. */
function datesOf(value: string): number[] {
  const seconds = secondsOf(value);
  if (seconds.length > 0) {
    return /^\d{4}$/.test(value) ? [...seconds, Date.UTC(Number(value))] : seconds;
  }
  const time = Date.parse(value);
  return Number.isNaN(time) ? [] : [time];
}

function hasOpenArn(key: string, values: readonly string[]): boolean {
  return values.some((value) => isOpenArn(value) || takesInAnyPrincipal(key, value));
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
