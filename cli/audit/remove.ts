import { explainAwsError } from "../aws/clients";
import { confirm, requireTerminal } from "../output/ask";
import type { Finding, Removal } from "./finding";

/** What became of a finding that could be ended. */
export interface Outcome {
  readonly finding: Finding;
  readonly outcome: "removed" | "kept" | "failed";
  /** Why it failed. */
  readonly reason?: string;
}

/** Asks a person; resolves to whether to do it. */
export type Confirm = (removal: Removal) => Promise<boolean>;

/** Ends each finding that is confirmed. One that fails is named, and the others go on. */
export async function removeConfirmed(
  findings: readonly Finding[],
  confirm: Confirm,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const finding of findings) {
    const { removal } = finding;
    if (removal === undefined) {
      continue;
    }
    if (!(await confirm(removal))) {
      outcomes.push({ finding, outcome: "kept" });
      continue;
    }
    try {
      await removal.run();
      outcomes.push({ finding, outcome: "removed" });
    } catch (error) {
      outcomes.push({ finding, outcome: "failed", reason: explainAwsError(error).message });
    }
  }
  return outcomes;
}

/**
 * Asks on the terminal, one by one; without a yes a thing is kept.
 *
 * @param isAgreed - agrees to all, unasked.
 * @throws UserError where there is nobody to ask.
 */
export function confirmation(isAgreed: boolean): Confirm {
  if (isAgreed) {
    return () => Promise.resolve(true);
  }
  requireTerminal();
  return ({ what }) => confirm(`${what[0]!.toUpperCase()}${what.slice(1)}?`);
}
