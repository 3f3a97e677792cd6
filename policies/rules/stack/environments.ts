import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Outcome } from "../../rule";
import { texts } from "../../settings";
import { tagsOf } from "./tags";

/** Whether a resource belongs to one of `environments`, by its Environment tag; `UNKNOWN` where that is not known yet. */
export function isIn(
  environments: readonly string[],
  resource: JudgedResource,
): boolean | typeof UNKNOWN {
  const { values, unknown } = tagsOf(resource);
  const value = values["Environment"];
  if (typeof value === "string") {
    return environments.some((name) => name.toLowerCase() === value.toLowerCase());
  }
  return value === UNKNOWN || unknown.length > 0 ? UNKNOWN : false;
}

/** What a rule says of a resource, unless that belongs to one of `environments`. */
export function* unlessIn(
  environments: readonly string[],
  resource: JudgedResource,
  outcome: Outcome,
): Generator<Outcome> {
  const isExcepted = isIn(environments, resource);
  if (isExcepted === UNKNOWN) {
    yield { unknown: "tags.Environment" };
  } else if (!isExcepted) {
    yield outcome;
  }
}

/** The setting of rules that ask less of environments where nothing of value is kept. */
export const exceptEnvironments = texts(
  ["dev", "development", "test", "sandbox"],
  "Values of the Environment tag (of the resource or the provider's defaultTags) for which this rule asks nothing.",
);
