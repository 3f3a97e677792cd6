/** What does not go with other values: where it is, and why. */
export interface Conflict {
  readonly path: Path;
  /** Continues "kennel:… is VALUE: it …". */
  readonly reason: string;
}

type Path = readonly PropertyKey[];

/** Looks for conflicts. */
export type Check = () => readonly Conflict[];

/** A check has read a value that is wrong by itself, and can say nothing about it. */
class WrongValue extends Error {}

/** What each check finds, by itself: one that reads a {@link guard guarded} value finds nothing, and the others go on. */
export function apart(...checks: readonly Check[]): Conflict[] {
  return checks.flatMap((check) => readable(check) ?? []);
}

/** Checks what is at `path`: `reason` says what is wrong with it, if anything is. */
export function at(path: Path, reason: () => string | false | undefined): Check {
  return () => {
    const found = reason();
    return found ? [{ path, reason: found }] : [];
  };
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
