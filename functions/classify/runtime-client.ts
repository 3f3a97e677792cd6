import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { StandardRetryStrategy } from "@smithy/core/retry";

/** The first try and two more. */
const MAX_ATTEMPTS = 3;
/** Within a region a connection takes milliseconds; what takes longer is not going to come. */
const CONNECT_TIMEOUT_MS = 1_000;

type Refresh = StandardRetryStrategy["refreshRetryTokenForRetry"];
type RetryErrorInfo = Parameters<Refresh>[1];

/**
 * The SDK's standard strategy (backoff with jitter, a budget for retries), asked only where a second try helps: throttling,
 * 503 and failed connections. A request that timed out is not sent again to an endpoint that is slow already, and a
 * model's own error would come again.
 */
class InvocationRetryStrategy extends StandardRetryStrategy {
  override async refreshRetryTokenForRetry(...[token, errorInfo]: Parameters<Refresh>) {
    if (!isWorthRetrying(errorInfo)) throw new Error("not retried");
    return super.refreshRetryTokenForRetry(token, errorInfo);
  }
}

function isWorthRetrying({ error, errorType }: RetryErrorInfo): boolean {
  if (errorType === "THROTTLING") return true;
  const { $metadata, code } = error as { $metadata?: { httpStatusCode?: number }; code?: string };
  const statusCode = $metadata?.httpStatusCode;
  if (statusCode !== undefined) return statusCode === 503;
  // What has no status failed on its way. ETIMEDOUT is the limit for a whole request (requestTimeout).
  return errorType === "TRANSIENT" && code !== "ETIMEDOUT";
}

/**
 * Makes the client for the endpoint. Region, credentials and endpoint URL come from where the SDK always looks for them
 * (AWS_REGION, the role, AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME).
 *
 * @param requestTimeoutMs limit for one attempt until its answer begins; the handler sets its own for the whole
 */
export function createRuntimeClient(requestTimeoutMs: number): SageMakerRuntimeClient {
  return new SageMakerRuntimeClient({
    maxAttempts: MAX_ATTEMPTS,
    retryStrategy: new InvocationRetryStrategy(MAX_ATTEMPTS),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: requestTimeoutMs,
      // Without this the SDK writes a warning and keeps waiting.
      throwOnRequestTimeout: true,
    },
  });
}
