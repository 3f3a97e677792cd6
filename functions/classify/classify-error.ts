/** What a `ClassifyError` carries besides its message. */
export interface ClassifyErrorDetails {
  /** A stable name of the reason, for programs. */
  readonly code: string;
  /** The HTTP status of the answer. */
  readonly statusCode: number;
  /** When trying again makes sense, in seconds from now. */
  readonly retryAfterSeconds?: number;
  /** For the log only: what the caller need not see. */
  readonly logFields?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A photo that was not classified, for a reason that the caller is told. */
export class ClassifyError extends Error {
  override readonly name = "ClassifyError";
  readonly code: string;
  readonly statusCode: number;
  readonly retryAfterSeconds: number | undefined;
  readonly logFields: Readonly<Record<string, unknown>>;

  constructor(message: string, details: ClassifyErrorDetails) {
    super(message, { cause: details.cause });
    this.code = details.code;
    this.statusCode = details.statusCode;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.logFields = details.logFields ?? {};
  }
}
