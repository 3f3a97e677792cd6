/** What can go wrong with a photo's URL, and the HTTP status, which tells who has to act. */
export const STATUS_CODES = {
  invalid_url: 400,
  protocol_not_allowed: 400,
  credentials_not_allowed: 400,
  port_not_allowed: 400,
  address_not_allowed: 400,
  photo_too_large: 413,
  unsupported_media_type: 415,
  host_not_found: 422,
  connection_failed: 422,
  unexpected_status: 422,
  invalid_redirect: 422,
  too_many_redirects: 422,
  photo_incomplete: 422,
  host_busy: 503,
  photo_timeout: 504,
} as const;

/** A stable name for each reason, for programs; the message is for people. */
export type PhotoErrorCode = keyof typeof STATUS_CODES;

/**
 * The one error of this package. The message names the URL (never its query string or credentials), what is allowed and
 * how to put it right, and is safe to show to the sender of the URL: it never tells what a name resolved to.
 */
export class PhotoError extends Error {
  override readonly name = "PhotoError";
  /** An HTTP status: 400, 413, 415, 422, 503 or 504. */
  readonly statusCode: number;

  /** When trying again makes sense, in seconds from now. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: PhotoErrorCode,
    message: string,
    options?: ErrorOptions & { readonly retryAfterSeconds?: number },
  ) {
    super(message, options);
    this.retryAfterSeconds = options?.retryAfterSeconds;
    this.statusCode = STATUS_CODES[code];
  }
}
