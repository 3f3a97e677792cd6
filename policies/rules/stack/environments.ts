import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
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
export const exceptEnvironments = {
  type: "array",
  items: { type: "string" },
  default: ["dev", "development", "test", "sandbox"] as string[],
  description:
    "Values of the Environment tag (of the resource or the provider's defaultTags) for which this rule asks nothing.",
} as const;
