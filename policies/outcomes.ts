import { UnknownValueError, type JudgedResource, type JudgedStack, type Wire } from "./resource";
import type { Context, Finding, Outcome, Rule, UnknownFinding } from "./rule";
import { listOf } from "./rules/values";

/** Tells an unknown value from a violation. */
export function isUnknownFinding(outcome: Outcome): outcome is UnknownFinding {
  return "unknown" in outcome;
}

/**
 * Yields what `check` yields and, where it touches a value that is not known yet, what it has yielded so far and then the
 * unknown value. Wrap each independent part of a check in it: one unknown property then hides nothing that is known.
 */
export function* whereKnown(check: () => Iterable<Outcome>): Generator<Outcome> {
  try {
    yield* check();
  } catch (error) {
    if (!(error instanceof UnknownValueError)) {
      throw error;
    }
    yield { unknown: error.path, resource: error.resource };
  }
}

/** `whereKnown` over a list of the wire and over each of its elements. */
export function eachOf(
  list: () => Wire,
  check: (element: Wire, index: number) => Iterable<Outcome>,
): Generator<Outcome> {
  return whereKnown(function* () {
    const elements = listOf(list());
    for (const index of elements.keys()) {
      yield* whereKnown(() => check(elements[index], index));
    }
  });
}

/** What `read` returns, or `otherwise` where it touches a value that is not known yet. */
export function knownOr<Value, Otherwise>(
  read: () => Value,
  otherwise: Otherwise,
): Value | Otherwise {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) {
      return otherwise;
    }
    throw error;
  }
}

/** `whereKnown` over each of `resources`: what one of them does not know yet hides nothing of the others. */
export function* forEach(
  resources: readonly JudgedResource[],
  check: (resource: JudgedResource) => Iterable<Outcome>,
): Generator<Outcome> {
  for (const resource of resources) {
    for (const outcome of whereKnown(() => check(resource))) {
      yield { resource, ...outcome };
    }
  }
}

/** What a rule says of a stack as a whole, and of its resources within it. */
export function* judgeStack(
  { types = [], inStack, stack: judge }: Rule,
  stack: JudgedStack,
  context: Context<Record<string, unknown>>,
): Generator<Outcome> {
  if (inStack !== undefined) {
    yield* forEach(stack.ofType(...types), (resource) => inStack(resource, stack, context));
  }
  if (judge !== undefined) {
    yield* whereKnown(() => judge(stack, context));
  }
}

/** A finding as the user reads it: what is wrong, how to put it right, and what an exemption has to name. */
export function render({ message, fix }: Finding, fingerprint: string): string {
  return [message, ...(fix === undefined ? [] : [fix]), `(fingerprint ${fingerprint})`].join("\n");
}
