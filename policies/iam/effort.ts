/** Raised where a question can't be decided: mostly, where it takes more steps than any policy that AWS stores needs. */
export class TooComplex extends Error {
  constructor(why = "it is too complex to be decided: split it, or write fewer patterns") {
    super(why);
  }
}

/** Steps (comparisons of a few characters) that one question about a document may take: some tens of milliseconds. */
const MOST_STEPS = 100_000;
/** A comparison of two documents is asked once, by somebody who waits for it; a rule asks of every document of a stack. */
export const MOST_STEPS_OF_COMPARISON = 1_000_000;
let stepsLeft = Infinity;

/** Runs one question about documents with a fresh allowance of steps. */
export function withEffort<Answer>(ask: () => Answer, steps = MOST_STEPS): Answer {
  const before = stepsLeft;
  stepsLeft = steps;
  try {
    return ask();
  } finally {
    stepsLeft = before;
  }
}

/** @throws TooComplex where the allowance is used up. */
export function spend(steps: number): void {
  stepsLeft -= steps;
  if (stepsLeft < 0) {
    throw new TooComplex();
  }
}
