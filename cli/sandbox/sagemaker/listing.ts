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

function startOf({ NextToken }: Request): number {
  if (NextToken === undefined) {
    return 0;
  }
  const [, start] = /^page-(\d+)$/.exec(Buffer.from(String(NextToken), "base64").toString()) ?? [];
  if (start === undefined) {
    throw validationException("The NextToken is not valid.");
  }
  return Number(start);
}

function filterOf(request: Request): (item: Listed) => boolean {
  const { NameContains, StatusEquals } = request;
  const seconds = (name: string, otherwise: number): number => Number(request[name] ?? otherwise);
  const isBetween = (time: Date, kind: string): boolean =>
    time.getTime() / 1000 >= seconds(`${kind}After`, -Infinity) &&
    time.getTime() / 1000 <= seconds(`${kind}Before`, Infinity);
  return ({ name, status, creationTime, lastModifiedTime = creationTime }) =>
    (NameContains === undefined ||
      name.toLowerCase().includes((NameContains as string).toLowerCase())) &&
    (StatusEquals === undefined || status === StatusEquals) &&
    isBetween(creationTime, "CreationTime") &&
    isBetween(lastModifiedTime, "LastModifiedTime");
}

function sorted<Item extends Listed>(items: Item[], request: Request, defaults: Defaults): Item[] {
  const { SortBy = defaults.sortBy, SortOrder = defaults.sortOrder } = request;
  const direction = (SortOrder as string).startsWith("Asc") ? 1 : -1;
  // A stable sort keeps those of the same moment in the order in which they came.
  const ordered = direction === 1 ? items : items.reverse();
  return ordered.sort((left, right) => direction * compare(left, right, SortBy as string));
}

function compare(left: Listed, right: Listed, by: string): number {
  switch (by) {
    case "Name":
      return left.name < right.name ? -1 : Number(left.name > right.name);
    case "Status":
      return (left.status ?? "").localeCompare(right.status ?? "");
    case "LastModifiedTime":
      return changed(left) - changed(right);
    case "FinalObjectiveMetricValue":
      return (left.value ?? Infinity) - (right.value ?? Infinity) || 0;
    default:
      return left.creationTime.getTime() - right.creationTime.getTime();
  }
}

function changed({ lastModifiedTime, creationTime }: Listed): number {
  return (lastModifiedTime ?? creationTime).getTime();
}
