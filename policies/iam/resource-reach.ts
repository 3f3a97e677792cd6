import { ANY_SEGMENT, prepareResource, remaindersAfter, type TemplatePart } from "./arn-scope";
import type { Statement } from "./document";
import { resourceArnsOf } from "./service-data";
import { isOpen } from "./wildcard";

/** Stands for a name in an ARN: no pattern has it, so only a wildcard takes it in. */
const ANY_NAME = "\uE010".repeat(12);

/**
 * Whether a statement reaches every resource of a service: by a star, by an ARN pattern that leaves the whole resource part
 * open (in at least one region and account), by one that is open for each type of resource that the service has, or by
 * naming only what it leaves out.
 */
export function reachesEveryResource(statement: Statement, service: string): boolean {
  const { resources, hasVariables } = statement;
  if (resources === undefined) {
    return false;
  }
  if (resources.negated) {
    return !resources.unknown && !resources.values.some(isOpen);
  }
  if (resources.values.some(isOpen)) {
    return true;
  }
  const patterns = resources.values
    .filter((value) => /[*?]/.test(value))
    .map((value) => prepareResource(value, hasVariables));
  return (
    patterns.length > 0 &&
    (patterns.some((pattern) => isOpenForService(pattern, service)) ||
      isOpenForEveryType(patterns, service))
  );
}

function isOpenForService(pattern: string, service: string): boolean {
  const segments = pattern.split(":");
  if (segments.length >= 6 && !isOpen(segments.slice(5).join(""))) {
    return false;
  }
  return arnServicesOf(service).some((name) =>
    remaindersAfter(pattern, [
      "arn:",
      ANY_SEGMENT,
      `:${name}:`,
      ANY_SEGMENT,
      ":",
      ANY_SEGMENT,
      ":",
    ]).some((remainder) => isOpen(remainder.pattern)),
  );
}

function isOpenForEveryType(patterns: readonly string[], service: string): boolean {
  const templates = resourceArnsOf(service);
  return (
    templates.length > 0 &&
    templates.every((template) => {
      const parts = partsOf(template);
      return patterns.some((pattern) =>
        remaindersAfter(pattern, parts).some(({ pattern: rest }) => rest === "" || rest === "*"),
      );
    })
  );
}

/** What a service is called in its ARNs, which is not always its prefix in actions. */
function arnServicesOf(service: string): string[] {
  const named = resourceArnsOf(service).map((template) => template.split(":")[2] ?? "");
  return [...new Set([service, ...named.filter((name) => name !== "" && !name.includes("$"))])];
}

/** An ARN template of the data set: partition, region and account may be anything, a name must be left open. */
function partsOf(template: string): TemplatePart[] {
  const segments = template.split(":");
  const front = segments.slice(0, 5).flatMap((segment, index): TemplatePart[] => {
    const text: TemplatePart = segment.startsWith("${") ? ANY_SEGMENT : segment.toLowerCase();
    return index === 0 ? [text] : [":", text];
  });
  const resource = segments.slice(5).join(":").toLowerCase();
  return [...front, `:${resource.replace(/\$\{[^}]*\}/g, ANY_NAME)}`];
}
