/** The server can't start or can't serve its model. The message is one line for a person: what is wrong, what is expected, how to fix it. */
export class StartupError extends Error {}

/** An answer other than 200: `code` is stable and for programs, the message is for people. */
export class RequestError extends Error {
  constructor(
    readonly statusCode: number,
    readonly code: string,
    message: string,
    /** Seconds after which the same request is worth another try. Sent as `Retry-After`. */
    readonly retryAfterSeconds?: number,
  ) {
    super(message);
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, "; ");
}
