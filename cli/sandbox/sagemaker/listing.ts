import { validationException } from "../aws-error";

/** Members of a request, a description or a summary. */
export type Members = Readonly<Record<string, unknown>>;

/** How a list is sorted where the request doesn't say. */
export interface Defaults {
  readonly sortBy: "Name" | "CreationTime";
  readonly sortOrder: "Ascending" | "Descending";
  /** Summaries on a page. */
  readonly maxResults?: number;
}

/** A page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  readonly NextToken: string | undefined;
}

/**
 * Filters, sorts and pages as all of SageMaker's List operations do.
 *
 * @param noun what is listed, as its members have it, such as `TrainingJob`
 * @throws AwsError where NextToken isn't one that a former page gave
 */
export function listPage<Item extends Members>(
  items: readonly Item[],
  noun: string,
  request: Members,
  defaults: Defaults,
): Page<Item> {
  const found = sorted(items.filter(filterOf(noun, request)), noun, request, defaults);
  const start = startOf(request);
  const size = Number(request["MaxResults"] ?? defaults.maxResults ?? 100);
  const end = start + size;
  return {
    items: found.slice(start, end),
    NextToken: end < found.length ? Buffer.from(`page-${end}`).toString("base64") : undefined,
  };
}

function startOf({ NextToken = "" }: Members): number {
  const token = Buffer.from(NextToken as string, "base64").toString();
  const [, start] = /^page-(\d+)$/.exec(token) ?? [];
  if (NextToken !== "" && start === undefined) {
    throw validationException("The NextToken is not valid.");
  }
  return Number(start ?? 0);
}

function filterOf(noun: string, request: Members): (item: Members) => boolean {
  const { NameContains = "", StatusEquals } = request;
  const isBetween = (item: Members, kind: string): boolean => {
    const seconds = Number(keyOf(item, noun, kind)) / 1000;
    return (
      seconds >= Number(request[`${kind}After`] ?? -Infinity) &&
      seconds <= Number(request[`${kind}Before`] ?? Infinity)
    );
  };
  return (item) =>
    String(item[`${noun}Name`]).toLowerCase().includes(String(NameContains).toLowerCase()) &&
    (StatusEquals === undefined || item[`${noun}Status`] === StatusEquals) &&
    isBetween(item, "CreationTime") &&
    isBetween(item, "LastModifiedTime");
}

/** What a value of SortBy sorts by. */
function keyOf(item: Members, noun: string, sortBy: string): string | number {
  switch (sortBy) {
    case "Name":
    case "Status":
      return String(item[`${noun}${sortBy}`] ?? "");
    case "FinalObjectiveMetricValue": {
      const { Value = Infinity } = (item["FinalHyperParameterTuningJobObjectiveMetric"] ?? {}) as {
        Value?: number;
      };
      return Value;
    }
    default:
      return ((item[sortBy] ?? item["CreationTime"]) as Date).getTime();
  }
}

function sorted<Item extends Members>(
  items: Item[],
  noun: string,
  request: Members,
  defaults: Defaults,
): Item[] {
  const { SortBy = defaults.sortBy, SortOrder = defaults.sortOrder } = request;
  const isAscending = (SortOrder as string).startsWith("Asc");
  // A stable sort keeps those of the same moment in the order in which they came.
  const ordered = isAscending ? items : items.reverse();
  return ordered.sort((left, right) => {
    const [first, second] = isAscending ? [left, right] : [right, left];
    const [low, high] = [first, second].map((item) => keyOf(item, noun, SortBy as string));
    return low! < high! ? -1 : Number(low! > high!);
  });
}
