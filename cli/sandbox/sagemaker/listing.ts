import { validationException } from "../aws-error";

type Request = Readonly<Record<string, unknown>>;

/** What lists are filtered and sorted by. */
export interface Listed {
  readonly name: string;
  readonly creationTime: Date;
  readonly lastModifiedTime?: Date | undefined;
  readonly status?: string | undefined;
  /** A trial's objective. */
  readonly value?: number | undefined;
}

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
 * @throws AwsError where NextToken isn't one that a former page gave
 */
export function listPage<Item extends Listed>(
  items: Iterable<Item>,
  request: Request,
  defaults: Defaults,
): Page<Item> {
  const found = sorted([...items].filter(filterOf(request)), request, defaults);
  const start = startOf(request);
  const size = Number(request["MaxResults"] ?? defaults.maxResults ?? 100);
  const end = start + size;
  return {
    items: found.slice(start, end),
    NextToken: end < found.length ? Buffer.from(`page-${end}`).toString("base64") : undefined,
  };
}

function startOf({ NextToken = "" }: Request): number {
  const token = Buffer.from(NextToken as string, "base64").toString();
  const [, start] = /^page-(\d+)$/.exec(token) ?? [];
  if (NextToken !== "" && start === undefined) {
    throw validationException("The NextToken is not valid.");
  }
  return Number(start ?? 0);
}

function filterOf(request: Request): (item: Listed) => boolean {
  const { NameContains = "", StatusEquals } = request;
  const isBetween = (kind: string, time: Date): boolean =>
    time.getTime() / 1000 >= Number(request[`${kind}After`] ?? -Infinity) &&
    time.getTime() / 1000 <= Number(request[`${kind}Before`] ?? Infinity);
  return ({ name, status, creationTime, lastModifiedTime = creationTime }) =>
    name.toLowerCase().includes((NameContains as string).toLowerCase()) &&
    (StatusEquals === undefined || status === StatusEquals) &&
    isBetween("CreationTime", creationTime) &&
    isBetween("LastModifiedTime", lastModifiedTime);
}

/** What each value of SortBy sorts by. */
const KEYS: Readonly<Record<string, (item: Listed) => string | number>> = {
  Name: ({ name }) => name,
  Status: ({ status = "" }) => status,
  CreationTime: ({ creationTime }) => creationTime.getTime(),
  LastModifiedTime: ({ creationTime, lastModifiedTime = creationTime }) =>
    lastModifiedTime.getTime(),
  FinalObjectiveMetricValue: ({ value = Infinity }) => value,
};

function sorted<Item extends Listed>(items: Item[], request: Request, defaults: Defaults): Item[] {
  const { SortBy = defaults.sortBy, SortOrder = defaults.sortOrder } = request;
  const keyOf = KEYS[SortBy as string] ?? KEYS["CreationTime"]!;
  const isAscending = (SortOrder as string).startsWith("Asc");
  // A stable sort keeps those of the same moment in the order in which they came.
  const ordered = isAscending ? items : items.reverse();
  return ordered.sort((left, right) => {
    const [first, second] = isAscending ? [left, right] : [right, left];
    const [low, high] = [keyOf(first), keyOf(second)];
    return low < high ? -1 : Number(low > high);
  });
}
