import pc from "picocolors";

/** A failure whose message is all that a user needs: what is wrong, what is allowed, how to fix it. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Prints one clear message (never a stack trace unless KENNEL_DEBUG=1) and sets the exit code to 1. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${pc.red("kennel:")} ${message}`);
  if (process.env["KENNEL_DEBUG"] === "1") {
    console.error(error);
  } else if (!isExpected(error)) {
    console.error("This was not expected. KENNEL_DEBUG=1 shows where it came from.");
  }
}

function isExpected(error: unknown): boolean {
  return error instanceof UserError || isRunError(error);
}

/** What `pulumi.RunError.isInstance` looks at; loading the SDK for it would slow every command down. */
function isRunError(error: unknown): boolean {
  return error instanceof Error && "__pulumiRunError" in error;
}
