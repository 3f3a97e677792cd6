import { ANY_SEGMENT, prepareResource, remaindersAfter, type TemplatePart } from "./arn-scope";
import type { Statement } from "./document";
import { mayLeaveOpen } from "./resource-pattern";
import type { SensitiveIndex } from "./sensitive-index";
import { isOpen } from "./wildcard";

/** A kind of resource, as its ARN names it: `role/` of service `iam`. */
export interface ResourceKind {
  readonly service: string;
  /** What comes before the name; empty where the name stands alone. */
  readonly prefix: string;
}

/** Whether a statement reaches every resource of a kind, whatever its name. */
export function reachesAllOf(statement: Statement, { service, prefix }: ResourceKind): boolean {
  const { resources, hasVariables } = statement;
  if (resources === undefined) {
    return false;
  }
  const template: readonly TemplatePart[] = [
    "arn:",
    ANY_SEGMENT,
    `:${service}:`,
    ANY_SEGMENT,
    ":",
    ANY_SEGMENT,
    `:${prefix}`,
  ];
  const coversAll = resources.patterns.some(
    (pattern) =>
      pattern.isOpen ||
      (mayLeaveOpen(pattern, prefix) &&
        (pattern.service === undefined || pattern.service === service) &&
        remaindersAfter(prepareResource(pattern.text, hasVariables), template).some((rest) =>
          isOpen(rest.pattern),
        )),
  );
  return resources.negated ? !coversAll && !resources.unknown : coversAll;
}

/**
 * The first statement that allows an action on every resource of a kind, without a restricting condition; none where another
 * statement denies it on all of them.
 */
export function allowing(
  index: SensitiveIndex,
  action: string,
  kind: ResourceKind,
): Statement | undefined {
  const open = index.allows
    .get(action)
    ?.find((statement) => statement.conditions.length === 0 && reachesAllOf(statement, kind));
  const isDenied =
    open !== undefined && index.denials.get(action)?.some((denial) => reachesAllOf(denial, kind));
  return isDenied === true ? undefined : open;
}
