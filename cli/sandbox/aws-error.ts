/** What AWS answers instead of a result. */
export class AwsError extends Error {
  override readonly name = "AwsError";

  /** @param code such as `ValidationException` */
  constructor(
    readonly code: string,
    message: string,
    /** Of the HTTP answer. */
    readonly status = 400,
    /** What else the answer says. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** SageMaker's refusal of most things. */
export function validationException(message: string): AwsError {
  return new AwsError("ValidationException", message);
}
