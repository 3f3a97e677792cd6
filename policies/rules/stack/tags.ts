import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";

/** The tags of a resource, its provider's default tags included. */
export interface Tags {
  /** By key; `UNKNOWN` where a value is not known yet. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The paths of whole tag sets that are not known yet. */
  readonly unknown: readonly string[];
}

/** The tags that AWS will see on a resource: the provider's defaults, overlaid with the resource's own. */
export function tagsOf(resource: JudgedResource): Tags {
  const sources = [
    { path: "the provider's defaultTags", tags: defaultTags(resource.provider["defaultTags"]) },
    { path: "tags", tags: resource.known["tags"] },
  ];
  const all = resource.known["tagsAll"];
  return {
    values: Object.assign({}, record(all), ...sources.map(({ tags }) => record(tags))) as Record<
      string,
      unknown
    >,
    unknown: sources.filter(({ tags }) => tags === UNKNOWN).map(({ path }) => path),
  };
}

/** A provider's settings arrive as JSON text: `{"tags": {…}}`. */
function defaultTags(value: unknown): unknown {
  if (typeof value === "string") {
    try {
      return defaultTags(JSON.parse(value));
    } catch {
      return undefined;
    }
  }
  return value === UNKNOWN ? UNKNOWN : record(value)["tags"];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
