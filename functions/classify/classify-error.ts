/** Why a photo is not classified, with the HTTP status; the container and fetch-photo have their own codes. */
export const STATUS_CODES = {
  invalid_request: 400,
  unsupported_event: 400,
  method_not_allowed: 405,
  photo_too_large: 413,
  unsupported_media_type: 415,
  throttled: 429,
  internal_error: 500,
  endpoint_access_denied: 502,
  endpoint_credentials: 502,
  endpoint_refused: 502,
  model_failed: 502,
  invalid_endpoint_answer: 502,
  endpoint_not_ready: 503,
  endpoint_unavailable: 503,
  endpoint_unreachable: 503,
  endpoint_timeout: 504,
  function_timeout: 504,
} as const;

export type ClassifyErrorCode = keyof typeof STATUS_CODES;

/** What a `ClassifyError` carries besides code and message. */
export interface ClassifyErrorOptions extends ErrorOptions {
  /** The HTTP status, where it is not the code's own in {@link STATUS_CODES}. */
  readonly statusCode?: number;
  /** When trying again makes sense, in seconds from now. */
  readonly retryAfterSeconds?: number;
  /** For the log only: what the caller need not see. */
  readonly logFields?: Readonly<Record<string, unknown>>;
}

/** A photo that was not classified, for a reason that the caller is told. */
export class ClassifyError extends Error {
  override readonly name = "ClassifyError";
  readonly statusCode: number;
  readonly retryAfterSeconds: number | undefined;
  readonly logFields: Readonly<Record<string, unknown>>;

  /** @param code a stable name of the reason, for programs; one that is not this function's comes with its status */
  constructor(code: ClassifyErrorCode, message: string, options?: ClassifyErrorOptions);
  constructor(
    code: string,
    message: string,
    options: ClassifyErrorOptions & { statusCode: number },
  );
  constructor(
    readonly code: string,
    message: string,
    options: ClassifyErrorOptions = {},
  ) {
    super(message, options);
    this.statusCode = options.statusCode ?? STATUS_CODES[code as ClassifyErrorCode];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.logFields = options.logFields ?? {};
  }
}
