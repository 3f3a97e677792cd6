import { UNKNOWN } from "../iam/unknown";
import { forEach } from "../outcomes";
import type { JudgedResource, JudgedStack } from "../resource";
import type { Finding, Outcome } from "../rule";
import { dependsOn } from "./references";

/** How resources of two types belong together: the one names the other. */
export interface Link {
  /** The property of the resource that refers, such as `bucket` of a bucket's policy. */
  readonly from: string;
  /** The property with the name of the resource referred to, such as `bucket` of a bucket. */
  readonly to: string;
}

/** A setting of a resource, which is in a separate resource or in the resource itself. */
export interface AttachedSetting {
  /** The types that need the setting. */
  readonly owners: readonly string[];
  /** The types of the separate resources. */
  readonly separateTypes: readonly string[];
  link(owner: JudgedResource): Link;
  /** What is wrong with a separate resource. */
  judgeSeparate(separate: JudgedResource, owner: JudgedResource): Iterable<Outcome>;
  /** What is wrong with the inline form; undefined where the owner has none. */
  judgeInline(owner: JudgedResource): Iterable<Outcome> | undefined;
  /** What to say of an owner that has neither. */
  missing(owner: JudgedResource): Finding;
}

/** Judges a setting of every owner: the separate resources first, since those that are newer stand for what the owner once held. */
export function* judgeAttached(stack: JudgedStack, setting: AttachedSetting): Generator<Outcome> {
  const owners = stack.ofType(...setting.owners);
  const candidates = stack.ofType(...setting.separateTypes);
  yield* forEach(owners, function* (owner) {
    const { found, unclear } = attachedTo(owner, owners, candidates, setting.link(owner));
    const inline = found.length > 0 ? undefined : setting.judgeInline(owner);
    if (found.length > 0) {
      yield* forEach(found, (separate) => setting.judgeSeparate(separate, owner));
    } else if (inline !== undefined) {
      yield* inline;
    } else if (unclear.length > 0) {
      yield* unclear.map((resource) => ({ unknown: setting.link(owner).from, resource }));
    } else {
      yield setting.missing(owner);
    }
  });
}

/** What stands with a resource, and what a preview can't tell apart yet. */
export interface Attached {
  readonly found: readonly JudgedResource[];
  /** Those whose target is not known yet and is none of this stack's resources, as far as can be seen. */
  readonly unclear: readonly JudgedResource[];
}

/**
 * The candidates that belong to `target`, which is one of `targets`: by the same known name, or by what their property was
 * computed from. A known name that another of the targets has decides against the latter.
 */
export function attachedTo(
  target: JudgedResource,
  targets: readonly JudgedResource[],
  candidates: readonly JudgedResource[],
  { from, to }: Link,
): Attached {
  const found = candidates.filter((candidate) => {
    const name = candidate.known[from];
    const hasName = ({ known }: JudgedResource): boolean =>
      typeof name === "string" && known[to] === name;
    return (
      hasName(target) ||
      (dependsOn(candidate, from, target) && !targets.some((each) => hasName(each)))
    );
  });
  const unclear = candidates.filter(
    (candidate) =>
      candidate.known[from] === UNKNOWN &&
      !targets.some((each) => dependsOn(candidate, from, each)),
  );
  return { found, unclear };
}
