import { valueAt, type Path } from "./explain";

/** What does not go with other values: where it is, and why. */
export interface Conflict {
  readonly path: Path;
  /** Continues "kennel:… is VALUE: it …". */
  readonly reason: string;
}

/**
 * What is wrong with a value in view of the others, if anything is.
 *
 * @param index of the item, where the check is for each item of a list
 */
export type Check<T> = (settings: T, index: number) => string | false | undefined;

/**
 * Checks by the path of the value that they find wrong, such as `serving.instanceCount`. They are asked where there is such a
 * value, and with a `?` behind the path always; `[]` stands for each item of a list.
 */
export type Checks<T> = Readonly<Record<string, Check<T> | readonly Check<T>[]>>;

/** What each check finds, by itself: one that reads a {@link guard guarded} value finds nothing, and the others go on. */
export function conflicts<T>(settings: T, ...tables: readonly Checks<T>[]): Conflict[] {
  return tables.flatMap(Object.entries<Checks<T>[string]>).flatMap(([pattern, checks]) =>
    pathsOf(settings, pattern).flatMap((path, index) =>
      [checks].flat().flatMap((check) => {
        const isAsked = () => pattern.endsWith("?") || valueAt(settings, path) !== undefined;
        const reason = readable(() => isAsked() && check(settings, index));
        return reason ? [{ path, reason }] : [];
      }),
    ),
  );
}

/** {@link conflicts} of each of several things of one kind, by name at `key`. */
export function conflictsOfEach<T>(
  key: string,
  named: Readonly<Record<string, T>>,
  ...tables: readonly Checks<T>[]
): Conflict[] {
  return Object.keys(named).flatMap((name) => {
    const found = readable(() => conflicts(named[name]!, ...tables)) ?? [];
    return found.map(({ path, reason }) => ({ path: [key, name, ...path], reason }));
  });
}

function pathsOf(settings: unknown, pattern: string): Path[] {
  const parts: (string | number)[] = pattern
    .match(/[^.?[\]]+|\[\]/g)!
    .map((part) => (part === "0" ? 0 : part));
  const at = parts.indexOf("[]");
  if (at === -1) {
    return [parts];
  }
  const items = readable(() => valueAt(settings, parts.slice(0, at))) ?? [];
  return [...(items as readonly unknown[]).keys()].map((index) => parts.with(at, index));
}

/** A check has read a value that is wrong by itself, and can say nothing about it. */
class WrongValue extends Error {}

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
