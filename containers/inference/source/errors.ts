/**
 * The server can't start or can't serve its model. The message is one line for a person: what is wrong, what is expected, how to
 * fix it.
 */
export class StartupError extends Error {}

/**
 * Every error that is answered, by its code, which is stable and for programs; `when` is for docs/serving.md. Those of fetching a
 * photo are in functions/fetch-photo/photo-error.ts.
 */
export const errorCodes = {
  bad_request: { status: 400, when: "the request is not valid HTTP" },
  empty_body: { status: 400, when: "there is no photo" },
  invalid_json: { status: 400, when: "the JSON can't be read, or has no photo" },
  invalid_npy: { status: 400, when: "the NumPy array is not uint8 [H, W, 3] or [N, H, W, 3]" },
  not_found: { status: 404, when: "there is no such path" },
  method_not_allowed: { status: 405, when: "the path answers another method" },
  not_acceptable: { status: 406, when: "no answer is of a type that Accept names" },
  request_timeout: { status: 408, when: "the request did not arrive in time" },
  body_too_large: { status: 413, when: "the body, or a record, is larger than allowed" },
  fetching_disabled: { status: 415, when: "a URL was sent where photos are not fetched" },
  unsupported_media_type: { status: 415, when: "the body is not a photo, by name or by content" },
  expectation_failed: { status: 417, when: "Expect asks for more than 100-continue" },
  photo_too_large: { status: 422, when: "the photo has more pixels than are decoded" },
  too_many_images: { status: 422, when: "the NumPy array has more images than are taken" },
  unreadable_photo: { status: 422, when: "the photo is truncated or damaged" },
  headers_too_large: { status: 431, when: "the headers are larger than 16 KB" },
  client_closed: { status: 499, when: "only in the log: the client has gone" },
  internal_error: { status: 500, when: "the server failed; its log has the reason" },
  not_ready: { status: 503, when: "the model is loading, or the server is stopping" },
  overloaded: { status: 503, when: "too many photos, or bytes, wait already" },
  worker_lost: { status: 503, when: "the worker that had the photo has crashed" },
  deadline_exceeded: { status: 504, when: "the photo was not classified in time" },
} as const;

/** From this status on, the server's own errors are worth another try. */
export const temporary = 503;

/** An answer other than 200; the message is for people. */
export class RequestError extends Error {
  readonly statusCode: number;
  /** Seconds after which the same request is worth another try. Sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  /** @param foreign what a code means that is not in {@link errorCodes}, or that the table's own status does not fit */
  constructor(
    readonly code: string,
    message: string,
    foreign?: { readonly status: number; readonly retryAfterSeconds?: number | undefined },
  ) {
    super(message);
    this.statusCode = (foreign ?? errorCodes[code as keyof typeof errorCodes]).status;
    const isTemporary = !foreign && this.statusCode >= temporary;
    this.retryAfterSeconds = isTemporary ? 1 : foreign?.retryAfterSeconds;
  }
}

/** The answer to anything that was thrown; what is not a RequestError also goes to the log. */
export function answerable(
  error: unknown,
  log: { readonly error: (fields: object, message: string) => void },
): RequestError {
  if (error instanceof RequestError) return error;
  log.error({ err: error }, "unexpected error");
  return new RequestError("internal_error", "The server failed; its log has the reason.");
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, "; ");
}
