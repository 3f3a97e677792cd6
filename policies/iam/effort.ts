/** Raised where a question about a document takes more steps than any policy that AWS stores needs. */
export class TooComplex extends Error {
  constructor() {
    super("it is too complex to be decided: split it, or write fewer patterns");
  }
}

/** Steps (comparisons of a character) that one question may take: tens of milliseconds. */
const MOST_STEPS = 300_000;
let left = MOST_STEPS;

/** Runs one question about documents with a fresh allowance of steps. */
export function withEffort<Answer>(ask: () => Answer): Answer {
  const before = left;
  left = MOST_STEPS;
  try {
    return ask();
  } finally {
    left = before;
  }
}

/** @throws TooComplex where the allowance is used up. */
export function spend(steps: number): void {
  left -= steps;
  if (left < 0) {
    throw new TooComplex();
  }
}
