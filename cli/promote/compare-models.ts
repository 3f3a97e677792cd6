import type { ModelFacts } from "../local/model";
import { percent } from "../output/quantities";

/** What a user accepts. */
export interface Accepted {
  /** How much lower `test_accuracy` may be, from 0 to 1. */
  readonly tolerance: number;
  readonly acceptWorse?: boolean;
  readonly acceptClasses?: boolean;
}

/** A model beside the one that serves. */
export interface ModelComparison {
  /** Share of the test photos, from 0 to 1; undefined where metrics.json has none. */
  readonly accuracy: { readonly now?: number | undefined; readonly next?: number | undefined };
  readonly addedClasses: readonly string[];
  readonly removedClasses: readonly string[];
  /** Whether the same classes come in another order. */
  readonly isReordered: boolean;
  /** Why it is refused, a sentence each with the option that accepts it. */
  readonly refusals: readonly string[];
}

/** Compares a model with the one that serves, or with nothing where none does yet. */
export function compareModels(
  next: ModelFacts,
  now: ModelFacts | undefined,
  { tolerance, acceptWorse = false, acceptClasses = false }: Accepted,
): ModelComparison {
  const accuracy = { now: now && accuracyOf(now), next: accuracyOf(next) };
  const classes = now?.classes ?? next.classes;
  const addedClasses = next.classes.filter((name) => !classes.includes(name));
  const removedClasses = classes.filter((name) => !next.classes.includes(name));
  const isReordered =
    addedClasses.length + removedClasses.length === 0 &&
    next.classes.some((name, index) => name !== classes[index]);
  const refusals = [
    acceptWorse ? undefined : worse(accuracy, tolerance),
    acceptClasses ? undefined : otherClasses(addedClasses, removedClasses, isReordered),
  ].filter((text) => text !== undefined);
  return { accuracy, addedClasses, removedClasses, isReordered, refusals };
}

function accuracyOf({ metrics }: ModelFacts): number | undefined {
  const accuracy = metrics?.["test_accuracy"];
  return typeof accuracy === "number" && accuracy >= 0 && accuracy <= 1 ? accuracy : undefined;
}

function worse({ now, next }: ModelComparison["accuracy"], tolerance: number): string | undefined {
  if (now === undefined) {
    return undefined;
  }
  if (next === undefined) {
    return `its metrics.json has no test_accuracy, and the model that serves has ${percent(now)}: train it with test photos, or accept that with --accept-worse.`;
  }
  // What is written with six digits is not compared beyond them.
  return now - next > tolerance + 1e-9
    ? `its test accuracy is ${percent(next)}, and that of the model that serves ${percent(now)}: more than ${percent(tolerance)} worse. Accept that with --accept-worse, or another --tolerance.`
    : undefined;
}

function otherClasses(
  added: readonly string[],
  removed: readonly string[],
  isReordered: boolean,
): string | undefined {
  const parts = [
    added.length > 0 ? `adds ${list(added)}` : undefined,
    removed.length > 0 ? `lacks ${list(removed)}` : undefined,
    isReordered ? "has the same classes in another order" : undefined,
  ].filter((part) => part !== undefined);
  return parts.length === 0
    ? undefined
    : `compared with the model that serves, it ${parts.join(" and ")}; callers that read scores by position would be wrong. Accept that with --accept-classes.`;
}

const SHOWN = 5;

function list(names: readonly string[]): string {
  const more = names.length - SHOWN;
  const shown = names.slice(0, SHOWN).map((name) => `"${name}"`);
  return `${names.length} class${names.length === 1 ? "" : "es"} (${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""})`;
}
