import { joined, plain, SECRET_SIGNATURE, SIGNATURE_KEY } from "../../policies/resource";
import { UNKNOWN } from "../../policies/iam/unknown";

/** One difference between two values. */
export interface ValueChange {
  /** Such as `productionVariants[0].instanceType`. */
  readonly path: string;
  /** As a reader sees it; undefined where it was, or is, not there. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** What a reader sees in place of a value that is not shown. */
export const HIDDEN = "(not shown)";
export const SECRET = "(secret)";
export const NOT_KNOWN = "(not known before the deployment)";
const LONGEST_VALUE = 120;

/**
 * The innermost differences between two values of Pulumi's wire format. Policies in JSON text are compared as what they say.
 *
 * @param hides whether the value at a path may not be shown
 */
export function valueChanges(
  before: unknown,
  after: unknown,
  path: string,
  hides: (path: string) => boolean = () => false,
): ValueChange[] {
  const [from, to] = [opened(before), opened(after)];
  if (isSecret(before) || isSecret(after)) {
    return same(plain(before), plain(after)) && isSecret(before) === isSecret(after)
      ? []
      : [{ path, from: before && SECRET, to: after && SECRET } as ValueChange];
  }
  if (isContainer(from) && isContainer(to) && Array.isArray(from) === Array.isArray(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) => valueChanges(from[key], to[key], joined(path, key, from), hides));
  }
  if (same(plain(from), plain(to))) {
    return [];
  }
  const shown = (value: unknown): string | undefined =>
    value === undefined ? undefined : hides(path) ? HIDDEN : show(value);
  return [{ path, from: shown(from), to: shown(to) }];
}

/** Whether two plain values are the same, whatever the order of their keys; values that are not known are. */
export function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

/** A text that two plain values have in common if and only if they are the same. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each === UNKNOWN
      ? { [SIGNATURE_KEY]: "unknown" }
      : typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(
            Object.entries(each).sort(([left], [right]) => (left < right ? -1 : 1)),
          )
        : each,
  );
}

/** Whether a value holds something that is not known before the deployment. */
export function holdsUnknown(value: unknown): boolean {
  const found = plain(value);
  return found === UNKNOWN || (isContainer(found) && Object.values(found).some(holdsUnknown));
}

/** Whether a value holds a secret at any depth. */
export function holdsSecret(value: unknown): boolean {
  return isSecret(value) || (isContainer(value) && Object.values(value).some(holdsSecret));
}

function isSecret(value: unknown): boolean {
  return isContainer(value) && value[SIGNATURE_KEY] === SECRET_SIGNATURE;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The object that a JSON text says, and any other value as it is. */
export function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) {
    return value;
  }
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function show(value: unknown): string {
  const known = plain(value);
  if (known === UNKNOWN) {
    return NOT_KNOWN;
  }
  if (holdsSecret(value)) {
    return HIDDEN;
  }
  if (isContainer(value) && "contents" in value) {
    return `contents ${String(value["contents"])}`;
  }
  const text = typeof known === "string" ? known : canonical(known);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
