/** Raised where a question about a document takes more steps than any policy that AWS stores needs. */
export class TooComplex extends Error {
  constructor() {
    super("it is too complex to be decided: split it, or write fewer patterns");
  }
}

/**
 * The longest document that is read, in characters. AWS's interfaces take texts of up to 131,072 (IAM API reference,
 * CreatePolicy), and the longest policy that AWS itself manages has 152,297.
 */
export const MOST_CHARACTERS = 200_000;
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

/** Whether a document, as a text or as a value, is longer than any that is read. */
export function isTooLong(document: unknown): boolean {
  let left = MOST_CHARACTERS;
  const open: unknown[] = [document];
  while (open.length > 0 && left >= 0) {
    const value = open.pop();
    left -= typeof value === "string" ? value.length : 1;
    if (typeof value === "object" && value !== null) {
      for (const [key, each] of Object.entries(value)) {
        left -= key.length;
        open.push(each);
      }
    }
  }
  return left < 0;
}
