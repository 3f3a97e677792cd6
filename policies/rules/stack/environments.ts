import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { texts } from "../../settings";
import { environmentOf } from "./tags";

/** Whether a resource belongs to one of `environments`, by its Environment tag; `UNKNOWN` where that is not known yet. */
export function isIn(
  environments: readonly string[],
  resource: JudgedResource,
): boolean | typeof UNKNOWN {
  const environment = environmentOf(resource);
  if (environment === UNKNOWN || environment === undefined) {
    return environment ?? false;
  }
  return environments.some((name) => name.toLowerCase() === environment);
}

/** The setting of rules that ask less of environments where nothing of value is kept. */
export const exceptEnvironments = texts(
  ["dev", "development", "test", "sandbox"],
  "Values of the Environment tag (of the resource or the provider's defaultTags) for which this rule asks nothing.",
);
