import type { AwsRequest } from "../../../infra/offline/service-models/resource-requests";

/** A refusal of AWS, or of botocore, which checks requests before it sends them. */
export class AwsCallError extends Error {
  override readonly name = "AwsCallError";

  constructor(
    readonly code: string,
    { service, operation }: AwsRequest,
    message: string,
  ) {
    super(`${service} ${operation}: ${code}: ${message}`);
  }

  /** Whether moto does not know the operation: it has no address for it, or says so. */
  get isUnknownOperation(): boolean {
    return (
      /NotImplemented|UnknownOperation|^501$/.test(this.code) ||
      /<!doctype html>/i.test(this.message)
    );
  }
}

/** What AWS answers, members by their names. */
export type AwsAnswer = Readonly<Record<string, unknown>>;

/**
 * Sends a request of any service to the sandbox, through botocore in the sandbox's process.
 *
 * @throws AwsCallError where AWS refuses.
 */
export async function callAws(region: string, request: AwsRequest): Promise<AwsAnswer> {
  const url = process.env["KENNEL_SANDBOX"]!;
  const response = await fetch(`${url}/_kennel/call`, {
    method: "POST",
    body: JSON.stringify({ url, region, ...request }),
  }).catch(({ cause }: Error) => {
    throw cause;
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${request.service} ${request.operation} can't be sent: ${text}`);
  }
  const { answer = {}, error } = JSON.parse(text) as {
    readonly answer?: AwsAnswer;
    readonly error?: { readonly code: string; readonly message: string };
  };
  if (error !== undefined) {
    throw new AwsCallError(error.code, request, error.message);
  }
  return answer;
}
