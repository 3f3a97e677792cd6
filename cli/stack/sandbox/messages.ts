import { Refusal, UserError } from "../../output/failure";
import { UpdateInProgress, UpdateInterrupted } from "../stack";

/** Errors that keep their class on the way from one process to the other; all others are refusals. */
export const FAILURES = {
  usage: UserError,
  interrupted: UpdateInterrupted,
  "in-progress": UpdateInProgress,
  failed: Refusal,
} as const;

/** What the process that updates a stack tells the one that has started it. */
export type Message =
  | { readonly event: "line"; readonly line: string }
  | { readonly event: "failed"; readonly kind: keyof typeof FAILURES; readonly message: string };
