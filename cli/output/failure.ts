import pc from "picocolors";

/** The exit code for wrong usage or surroundings: a file is missing, an option does not exist, there are no credentials. */
export const WRONG_USAGE = 2;

/** Wrong usage or surroundings. Its message is all that a user needs: what is wrong, what is allowed, how to fix it. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** A finding, a refusal or a failed roll-out: expected, told in its message, and exit code 1. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
}

/**
 * Prints one clear message (never a stack trace unless KENNEL_DEBUG=1) and sets the exit code: 2 for wrong usage or
 * surroundings, 1 for everything else, such as a configuration that the program refuses.
 */
export function reportFailure(error: unknown): void {
  const surroundings = error instanceof UserError || isSystemError(error);
  process.exitCode = surroundings ? WRONG_USAGE : 1;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${pc.red("kennel:")} ${message}`);
  if (process.env["KENNEL_DEBUG"] === "1") {
    console.error(error);
  } else if (!surroundings && !(error instanceof Refusal) && !isRunError(error)) {
    console.error("This was not expected. KENNEL_DEBUG=1 shows where it came from.");
  }
}

/** A file that can't be read or written, or a program that is missing; Node's message names it. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "path" in error;
}

/** What `pulumi.RunError.isInstance` looks at; loading the SDK for it would slow every command down. */
function isRunError(error: unknown): boolean {
  return error instanceof Error && "__pulumiRunError" in error;
}
