import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource, Wire } from "../../resource";
import { fromJson } from "../values";

/** The tags of a resource, its provider's default tags included. */
export interface Tags {
  /** By key; `UNKNOWN` where a value is not known yet. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The paths of whole tag sets that are not known yet. */
  readonly unknown: readonly string[];
}

/** The tags that AWS will see on a resource: the provider's defaults, overlaid with the resource's own. */
export function tagsOf({ known, provider }: JudgedResource): Tags {
  // A provider's settings arrive as JSON text: `{"tags": {…}}`.
  const defaults = fromJson(provider["defaultTags"]);
  const sources: Record<string, Wire> = {
    "the provider's defaultTags": defaults === UNKNOWN ? UNKNOWN : defaults?.tags,
    tags: known["tags"],
  };
  return {
    values: Object.assign({}, known["tagsAll"], ...Object.values(sources)) as Tags["values"],
    unknown: Object.keys(sources).filter((path) => sources[path] === UNKNOWN),
  };
}
