/** A value that does not go with others: where it is, and why. */
export interface Conflict {
  readonly path: readonly PropertyKey[];
  readonly value: unknown;
  /** Continues "kennel:… is VALUE: it …". */
  readonly reason: string;
}

/** A check has read a value that is wrong by itself, and can say nothing about it. */
class WrongValue extends Error {}

/** What each check finds, by itself: one that reads a {@link guard guarded} value finds nothing more, and the others go on. */
export function* apart(...checks: readonly (() => Iterable<Conflict>)[]): Generator<Conflict> {
  for (const check of checks) {
    try {
      yield* check();
    } catch (error) {
      if (!(error instanceof WrongValue)) {
        throw error;
      }
    }
  }
}

/** What `read` reads, or undefined where it meets a {@link guard guarded} value. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WrongValue) {
      return undefined;
    }
    throw error;
  }
}

type Path = readonly PropertyKey[];

function startsWith(path: Path, start: Path): boolean {
  return start.every((part, index) => String(part) === String(path[index]));
}

/**
 * `value`, in which whatever is at or below a wrong path can't be read: what it stands for was not what was meant.
 *
 * @param wrong paths of values that are wrong by themselves, whether or not there is something at them
 */
export function guard<T>(value: T, wrong: readonly Path[], path: Path = []): T {
  if (wrong.some((each) => startsWith(path, each))) {
    throw new WrongValue();
  }
  const isAbove = wrong.some((each) => startsWith(each, path));
  if (!isAbove || typeof value !== "object" || value === null) {
    return value;
  }
  return new Proxy(value, {
    get: (target, key) => {
      const found: unknown = Reflect.get(target, key);
      return typeof key === "symbol" || typeof found === "function"
        ? found
        : guard(found, wrong, [...path, key]);
    },
  });
}
