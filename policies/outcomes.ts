import { UnknownValueError, type JudgedResource, type JudgedStack } from "./resource";
import type { Context, Finding, Outcome, Rule, UnknownFinding } from "./rule";

/** Tells an unknown value from a violation. */
export function isUnknownFinding(outcome: Outcome): outcome is UnknownFinding {
  return "unknown" in outcome;
}

/**
 * Yields what `check` yields and, where it touches a value that is not known yet, what it has yielded so far and then the
 * unknown value. Wrap each independent part of a check in it: one unknown property then hides nothing that is known.
 */
export function* whereKnown(
  check: () => Iterable<Outcome>,
  resource?: JudgedResource,
): Generator<Outcome> {
  try {
    yield* check();
  } catch (error) {
    if (!(error instanceof UnknownValueError)) {
      throw error;
    }
    yield { unknown: error.path, ...(resource === undefined ? {} : { resource }) };
  }
}

/** `whereKnown` over each of `resources`: what one of them does not know yet hides nothing of the others. */
export function* forEach(
  resources: readonly JudgedResource[],
  check: (resource: JudgedResource) => Iterable<Outcome>,
): Generator<Outcome> {
  for (const resource of resources) {
    for (const outcome of whereKnown(() => check(resource), resource)) {
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
