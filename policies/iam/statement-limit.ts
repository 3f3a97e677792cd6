import { isObject, type ElementReader } from "./element-reader";

/** The longest policy that AWS stores, 32,768 characters, has room for 712 statements of 45 characters and a comma. */
export const MOST_STATEMENTS = 720;
/** Of those beyond, so many are judged that open everything. */
const MOST_OPEN_STATEMENTS = 20;

/**
 * The places of the statements that are judged. Of a list that AWS would not store it is the start, and what opens everything;
 * the document counts as unreadable.
 */
export function placesWithinReason(list: readonly unknown[], reader: ElementReader): number[] {
  const places = Array.from({ length: Math.min(list.length, MOST_STATEMENTS) }, (_, at) => at);
  if (list.length > MOST_STATEMENTS) {
    reader.problem(
      `it has ${list.length.toLocaleString("en")} statements; AWS stores no policy with more than ${MOST_STATEMENTS}`,
    );
    const most = MOST_STATEMENTS + MOST_OPEN_STATEMENTS;
    for (let at = MOST_STATEMENTS; at < list.length && places.length < most; at++) {
      if (opensEverything(list[at])) {
        places.push(at);
      }
    }
  }
  return places;
}

/** A cheap test: whether a statement allows everything, or a whole service, on every resource, in so many words. */
function opensEverything(statement: unknown): boolean {
  if (!isObject(statement)) {
    return false;
  }
  const fields = statement as Readonly<Record<string, unknown>>;
  const first = (value: unknown): unknown =>
    Array.isArray(value) ? (value as unknown[])[0] : value;
  const action = first(fields["Action"]);
  return (
    fields["Effect"] === "Allow" &&
    first(fields["Resource"]) === "*" &&
    typeof action === "string" &&
    (action === "*" || action.endsWith(":*"))
  );
}
