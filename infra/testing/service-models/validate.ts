import { closest } from "../../schema/closest";
import { documentedLimits } from "./documented-limits";
import { javaPattern } from "./java-pattern";
import { serviceModel, shapeOf, inputShape, type ServiceModel, type Shape } from "./service-model";

/** Stands for a value that a preview does not know; every rule lets it pass. */
export const unknownValue = Symbol("unknown until it exists");

/** Stands for the content of a file or an archive. */
export const fileContent = Symbol("the content of a file");

/** What AWS would refuse in a request. */
export interface Violation {
  /** Such as `ProductionVariants[0].InstanceType`; empty for the request itself. */
  readonly path: string;
  readonly value: unknown;
  /** What is wrong with the value, as the end of a sentence about it. */
  readonly rule: string;
}

type Report = (path: string, value: unknown, rule: string) => void;

interface Validation {
  readonly service: string;
  readonly model: ServiceModel;
  readonly report: Report;
}

/**
 * Checks a request against the service's own description: unknown and missing members, types, enumerations, ranges, lengths
 * and patterns.
 *
 * @param service botocore's name, such as `sagemaker`
 * @param operation such as `CreateEndpoint`
 * @param request members by the names of the API
 */
export function validateRequest(service: string, operation: string, request: unknown): Violation[] {
  const violations: Violation[] = [];
  const report: Report = (path, value, rule) => violations.push({ path, value, rule });
  validateValue(
    { service, model: serviceModel(service), report },
    inputShape(service, operation),
    request,
    "",
  );
  return violations;
}

function validateValue(validation: Validation, name: string, value: unknown, path: string): void {
  if (value === unknownValue || value === undefined) {
    return;
  }
  const shape = shapeOf(validation.model, name);
  switch (shape.type) {
    case "structure":
      return validateStructure(validation, name, shape, value, path);
    case "list":
      return validateList(validation, shape, value, path);
    case "map":
      return validateMap(validation, shape, value, path);
    case "string":
      return validateText(validation.report, name, shape, value, path);
    case "boolean":
      return typeof value === "boolean"
        ? undefined
        : wrongType(validation, path, value, "true or false");
    case "blob":
      return value === fileContent || typeof value === "string"
        ? undefined
        : wrongType(validation, path, value, "bytes");
    case "timestamp":
      return validateTimestamp(validation, value, path);
    default:
      return validateNumber(validation, shape, value, path);
  }
}

function wrongType({ report }: Validation, path: string, value: unknown, expected: string): void {
  report(path, value, `is ${typeName(value)}; ${expected} is required`);
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) {
    return "a list";
  }
  switch (typeof value) {
    case "string":
      return "a text";
    case "number":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return value === null ? "nothing" : value === fileContent ? "a file" : "an object";
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function validateStructure(
  validation: Validation,
  name: string,
  shape: Shape,
  value: unknown,
  path: string,
): void {
  if (shape.document === true) {
    return;
  }
  if (!isObject(value)) {
    return wrongType(validation, path, value, "an object");
  }
  const members = shape.members ?? {};
  const given = Object.entries(value).filter(([, member]) => member !== undefined);
  for (const missing of (shape.required ?? []).filter((member) => value[member] === undefined)) {
    validation.report(joinPath(path, missing), undefined, `is missing, and ${name} requires it`);
  }
  if (shape.union === true && given.length !== 1) {
    validation.report(path, value, `has ${given.length} members; ${name} is exactly one of them`);
  }
  for (const [member, item] of given) {
    const reference = members[member];
    if (reference === undefined) {
      const rule = `is no member of ${name}${hint(member, Object.keys(members))}`;
      validation.report(joinPath(path, member), item, rule);
    } else {
      const place = joinPath(path, member);
      validateValue(validation, reference.shape, item, place);
      validateDocumented(validation, `${name}.${member}`, item, place);
    }
  }
}

function validateDocumented(
  { service, report }: Validation,
  member: string,
  value: unknown,
  path: string,
): void {
  const limit = documentedLimits[service]?.[member];
  if (limit !== undefined && value !== unknownValue && !limit.allows(value)) {
    report(path, value, `is ${limit.says}`);
  }
}

/** The end of a sentence that proposes the nearest of what is allowed, or nothing. */
export function hint(given: string, allowed: readonly string[]): string {
  const near = closest(given, allowed);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

/** Extends a path by a member. */
export function joinPath(path: string, member: string): string {
  return path === "" ? member : `${path}.${member}`;
}

function validateList(validation: Validation, shape: Shape, value: unknown, path: string): void {
  if (!Array.isArray(value)) {
    return wrongType(validation, path, value, "a list");
  }
  validateBounds(validation, shape, value, value.length, path, "elements");
  value.forEach((item, index) =>
    validateValue(validation, shape.member!.shape, item, `${path}[${index}]`),
  );
}

function validateMap(validation: Validation, shape: Shape, value: unknown, path: string): void {
  if (!isObject(value)) {
    return wrongType(validation, path, value, "a map");
  }
  const entries = Object.entries(value);
  validateBounds(validation, shape, value, entries.length, path, "entries");
  for (const [key, item] of entries) {
    validateValue(validation, shape.key!.shape, key, `${path}[key ${key}]`);
    validateValue(validation, shape.value!.shape, item, joinPath(path, key));
  }
}

function validateText(
  report: Report,
  name: string,
  shape: Shape,
  value: unknown,
  path: string,
): void {
  if (typeof value !== "string") {
    report(path, value, `is ${typeName(value)}; a text is required`);
    return;
  }
  if (shape.enum !== undefined && !shape.enum.includes(value)) {
    report(path, value, `is ${notOneOf(name, shape.enum, value)}`);
  }
  const bounds = { ...shape, ...boundsInName(name) };
  validateBounds({ report }, bounds, value, [...value].length, path, "characters");
  if (shape.pattern !== undefined) {
    validatePattern(report, name, shape.pattern, value, path);
  }
}

function validatePattern(
  report: Report,
  name: string,
  pattern: string,
  value: string,
  path: string,
): void {
  const translated = javaPattern(pattern);
  if (translated === undefined) {
    report(path, value, `cannot be checked: translate ${pattern} by hand in java-pattern.ts`);
  } else if (!translated.test(value)) {
    report(path, value, `does not match ${name}'s pattern ${pattern}`);
  }
}

/** API Gateway says in a shape's name how long its texts may be. */
function boundsInName(name: string): Pick<Shape, "min" | "max"> {
  const [, min, max] = /WithLengthBetween(\d+)And(\d+)$/.exec(name) ?? [];
  return min === undefined ? {} : { min: Number(min), max: Number(max) };
}

const shortEnumeration = 12;

function notOneOf(name: string, allowed: readonly string[], value: string): string {
  if (allowed.length <= shortEnumeration) {
    return `not one of ${allowed.join(", ")}`;
  }
  return `no value of ${name}${hint(value, allowed)}`;
}

function validateNumber(validation: Validation, shape: Shape, value: unknown, path: string): void {
  if (typeof value !== "number") {
    return wrongType(validation, path, value, "a number");
  }
  if ((shape.type === "integer" || shape.type === "long") && !Number.isInteger(value)) {
    return wrongType(validation, path, value, "a whole number");
  }
  const { min = -Infinity, max = Infinity } = shape;
  if (value < min || value > max) {
    validation.report(path, value, `is out of range: ${inWords(shape)} is allowed`);
  }
}

function validateTimestamp(validation: Validation, value: unknown, path: string): void {
  const readable = typeof value === "string" && !Number.isNaN(Date.parse(value));
  if (!readable && typeof value !== "number") {
    wrongType(validation, path, value, "a point in time");
  }
}

function validateBounds(
  { report }: Pick<Validation, "report">,
  shape: Shape,
  value: unknown,
  count: number,
  path: string,
  what: "characters" | "elements" | "entries",
): void {
  const { min = 0, max = Infinity } = shape;
  if (count < min || count > max) {
    report(path, value, `has ${count} ${what}: ${inWords(shape)} are allowed`);
  }
}

function inWords({ min, max }: Shape): string {
  if (min === undefined) {
    return `at most ${max}`;
  }
  return max === undefined ? `at least ${min}` : `${min} to ${max}`;
}
