import type { z } from "zod";
import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import { guard } from "./conflict";
import { explain, schemaAt, valueAt, type Path, type SchemaNode } from "./explain";
import { stackSchema, type WrittenStack } from "./stack";
import { stackConflicts } from "./stack-conflicts";
import { standIn } from "./stand-in";

type Issue = z.core.$ZodIssue;

/** What a configuration says, or everything that is wrong with it. */
export interface Inspection {
  /** A sentence for each mistake. */
  readonly problems: readonly string[];
  /** Absent where there are mistakes. */
  readonly settings?: WrittenStack;
}

/** How mistakes are told. */
export interface Telling {
  /** The project's name, before the colon of each key. */
  readonly namespace: string;
  readonly schema: SchemaNode;
  /** Keys below the namespace that were given as secrets. */
  readonly secretKeys: ReadonlySet<string>;
}

/**
 * Finds every mistake of a configuration at once, also those that hide behind others.
 *
 * Zod stops at a value that is wrong by itself: it looks neither at what is below, nor at what does not go together with
 * it. So each wrong value is replaced by one of the right form and the whole is parsed again, until nothing is wrong by
 * itself any more. What does not go together is then looked for with the replaced values {@link guard guarded}.
 *
 * @param raw everything below the project's namespace
 */
export function inspect(raw: Readonly<Record<string, unknown>>, telling: Telling): Inspection {
  const value = structuredClone(raw) as Record<string, unknown>;
  const problems = new Set<string>();
  const repairs = new Repairs(value, telling.schema);
  const context = { written: raw, names: repairs.names };
  const tell = (issue: Issue, found: unknown = value) => {
    for (const problem of explain(issue, { ...telling, ...context, value: found })) {
      problems.add(problem);
    }
  };
  for (;;) {
    const result = stackSchema.safeParse(value);
    if (result.success) {
      for (const { path, reason } of stackConflicts(guard(result.data, repairs.wrong))) {
        tell({ code: "custom", path: [...path], input: undefined, message: reason });
      }
      return problems.size === 0
        ? { problems: [], settings: result.data }
        : { problems: [...problems] };
    }
    const before = repairs.wrong.length;
    for (const issue of result.error.issues.filter((each) => !repairs.cover(each.path))) {
      tell(issue);
      const behind = repairs.behindChoice(issue);
      behind.issues.forEach((each) => tell(each, behind.value));
      repairs.repair(issue);
    }
    if (repairs.wrong.length === before) {
      return { problems: [...problems] };
    }
  }
}

/** Puts sound values in the place of wrong ones, and remembers where. */
class Repairs {
  /** Paths of what is wrong by itself. */
  readonly wrong: Path[] = [];
  /** Names that were possible in the place of impossible ones, and the latter. */
  readonly names = new Map<string, string>();

  constructor(
    private readonly value: Record<string, unknown>,
    private readonly schema: SchemaNode,
  ) {}

  /** Whether a path is at or below one that is known to be wrong. */
  cover(path: Path): boolean {
    return this.wrong.some((each) => each.every((part, index) => part === path[index]));
  }

  /** What is wrong with each of the alternatives that know most of the keys, where it can't be told which was meant. */
  behindChoice(issue: Issue): { readonly value?: unknown; readonly issues: readonly Issue[] } {
    const options = this.alternatives(issue);
    if (options.length < 2) {
      // The one that was meant is put in its place, and looked at next.
      return { issues: [] };
    }
    const parent = issue.path.slice(0, -1);
    const found = options.map((option) => {
      const value = structuredClone(this.value);
      set(value, issue.path, option);
      const all = stackSchema.safeParse(value).error?.issues ?? [];
      const below = all.filter(({ path }) => parent.every((part, index) => part === path[index]));
      return { value, issues: below.flatMap(apartByKey) };
    });
    const unknownKeys = ({ issues }: (typeof found)[number]) =>
      issues.filter(({ code }) => code === "unrecognized_keys").length;
    const fewest = Math.min(...found.map(unknownKeys));
    const [first, ...others] = found.filter((each) => unknownKeys(each) === fewest);
    const text = (one: Issue) =>
      JSON.stringify([one.code, one.path, one.code === "unrecognized_keys" ? one.keys : []]);
    const issues = first!.issues.filter((each) =>
      others.every((other) => other.issues.some((another) => text(another) === text(each))),
    );
    return { value: first!.value, issues };
  }

  /** Makes the value sound where `issue` says that it is not. */
  repair(issue: Issue): void {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      const parent = valueAt(this.value, path) as Record<string, unknown>;
      for (const key of issue.keys) {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
        delete parent[key];
        this.wrong.push([...path, key], [...path, this.meant(path, key) ?? key]);
      }
      return;
    }
    if (issue.code === "invalid_key") {
      this.rename(path);
      return;
    }
    const options = this.alternatives(issue);
    if (options.length === 1) {
      set(this.value, path, options[0]);
      this.wrong.push(path);
      return;
    }
    const whole = options.length > 1 ? path.slice(0, -1) : path;
    const node = schemaAt(this.schema, this.value, whole);
    this.wrong.push(whole);
    set(this.value, whole, standIn(node ?? {}));
  }

  /** The values of a discriminator that may have been meant: the one it is a misspelling of, or all; none for other issues. */
  private alternatives(issue: Issue): readonly unknown[] {
    if (issue.code !== "invalid_union" || issue.discriminator === undefined) {
      return [];
    }
    const options = (issue as { options?: readonly unknown[] }).options ?? [];
    const given = valueAt(this.value, issue.path);
    const meant =
      typeof given === "string" ? nearestSpelling(given, options.map(String)) : undefined;
    return meant === undefined ? options : [meant];
  }

  private meant(path: Path, key: string): string | undefined {
    const node = schemaAt(this.schema, this.value, path);
    return nearestSpelling(key, Object.keys(node?.properties ?? {}));
  }

  /** Gives what has an impossible name a possible one, so that it is looked at as well. */
  private rename(path: Path): void {
    const parent = valueAt(this.value, path.slice(0, -1)) as Record<string, unknown>;
    const written = String(path.at(-1));
    let number = this.names.size;
    while (`x${number}` in parent) {
      number += 1;
    }
    this.names.set(`x${number}`, written);
    parent[`x${number}`] = parent[written];
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete parent[written];
    this.wrong.push(path);
  }
}

/** One issue for each unknown key. */
function apartByKey(issue: Issue): Issue[] {
  return issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => ({ ...issue, keys: [key] }))
    : [issue];
}

function set(root: Record<string, unknown>, path: Path, value: unknown): void {
  const parent = valueAt(root, path.slice(0, -1)) as Record<PropertyKey, unknown>;
  parent[path.at(-1)!] = value;
}
