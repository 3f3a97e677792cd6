import { ModelError } from "@aws-sdk/client-sagemaker-runtime";

import { ClassifyError, type ClassifyErrorCode, type ClassifyErrorOptions } from "./classify-error";

/** Which endpoint was called, and from where. */
export interface Target {
  readonly endpointName: string;
  /** The function's own ARN: partition, region and account of the endpoint. */
  readonly functionArn: string | undefined;
}

/** What the errors of the SDK and of Node.js have in common. */
interface CallError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const INVOKE = "sagemaker:InvokeEndpoint";
const MAX_MESSAGE_LENGTH = 1_000;

const THROTTLED = new Set(["ThrottlingException", "Throttling", "TooManyRequestsException"]);
const BAD_CREDENTIALS = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "MissingAuthenticationTokenException",
  "UnrecognizedClientException",
]);

/**
 * Translates what the call of an endpoint ended with into the error that the caller is told.
 *
 * @param error anything but a `ClassifyError`, which comes back as it is
 */
export function endpointError(error: unknown, target: Target): unknown {
  if (error instanceof ClassifyError || !(error instanceof Error)) return error;
  if (error instanceof ModelError) return modelError(error, target);
  const callError: CallError = error;
  const { name, message, code, $metadata } = callError;
  const status = $metadata?.httpStatusCode;
  const endpoint = `the endpoint ${target.endpointName}`;
  const logFields = { awsError: name, attempts: $metadata?.attempts };
  const failure = (reason: ClassifyErrorCode, text: string, more?: ClassifyErrorOptions) =>
    new ClassifyError(reason, text, { cause: error, logFields, ...more });
  if (name === "AccessDeniedException" || name === "AccessDenied") {
    return failure("endpoint_access_denied", missingPermission(message, target));
  }
  if (BAD_CREDENTIALS.has(name) || lacksCredentialSource(callError)) {
    return failure(
      "endpoint_credentials",
      `The endpoint ${target.endpointName} could not be called: the function's AWS credentials are missing, wrong or expired (${code ?? name}). ` +
        "On Lambda they come with the function's role; elsewhere check how the AWS SDK is to find them.",
    );
  }
  if (name === "ModelNotReadyException") {
    const text = `The endpoint ${target.endpointName} is still loading its model. Try again in a few seconds.`;
    return failure("endpoint_not_ready", text, { retryAfterSeconds: 5 });
  }
  if (THROTTLED.has(name) || status === 429) {
    const text = `Too many requests for ${endpoint}. Try again in a second.`;
    return failure("throttled", text, { retryAfterSeconds: 1 });
  }
  if (name === "ValidationError") {
    return failure(
      "endpoint_refused",
      `SageMaker refused the call of ${endpoint}: ${message.slice(0, MAX_MESSAGE_LENGTH)} ` +
        "Check that ENDPOINT_NAME is the name of an endpoint in service in this account and region.",
    );
  }
  if (code === "ETIMEDOUT" && name === "TimeoutError") {
    return endpointTimedOut(target, undefined, error);
  }
  if (status === undefined) {
    if (!isConnectionError(callError)) return error;
    return failure(
      "endpoint_unreachable",
      `The endpoint ${target.endpointName} could not be reached (${code ?? name}). Try again in a few seconds; ` +
        "in a private network, check that the SageMaker runtime's VPC endpoint is there.",
      { retryAfterSeconds: 5 },
    );
  }
  const text = `SageMaker could not call ${endpoint} (${name}, status ${status}).`;
  return status >= 500
    ? failure("endpoint_unavailable", `${text} Try again in a few seconds.`, {
        retryAfterSeconds: 2,
      })
    : failure("endpoint_unavailable", text, { statusCode: 502 });
}

/** The endpoint took longer than there was time for. */
export function endpointTimedOut(
  target: Target,
  limitMs: number | undefined,
  cause?: unknown,
): ClassifyError {
  const limit = limitMs === undefined ? "in time" : `within ${Math.round(limitMs)} ms`;
  return new ClassifyError(
    "endpoint_timeout",
    `The endpoint ${target.endpointName} did not answer ${limit}. Try again; if it happens often, ` +
      "give the function a longer timeout or the endpoint more instances.",
    { cause },
  );
}

/** The container answered with an error: its 4xx are about the photo, everything else is about the model. */
function modelError(error: ModelError, target: Target): ClassifyError {
  const status = error.OriginalStatusCode ?? 0;
  const details = {
    cause: error,
    logFields: { originalStatusCode: status, logStreamArn: error.LogStreamArn },
  };
  const { code, message } = originalError(error);
  const passedOn = { ...details, statusCode: status };
  if (status === 429 || status === 503) {
    const text = `The endpoint ${target.endpointName} is busy: ${message}`;
    return new ClassifyError(code ?? "endpoint_busy", text, { ...passedOn, retryAfterSeconds: 1 });
  }
  if (status >= 400 && status < 500) {
    return new ClassifyError(code ?? "photo_refused", message, passedOn);
  }
  // SageMaker's own limit of 60 seconds is reported with status 0.
  if (status === 504 || (status === 0 && /timed out/i.test(error.message))) {
    return endpointTimedOut(target, undefined, error);
  }
  return new ClassifyError(
    "model_failed",
    `The model of the endpoint ${target.endpointName} failed with status ${status}. ` +
      `Its reason is in the log group /aws/sagemaker/Endpoints/${target.endpointName}.`,
    details,
  );
}

/** What the container said: `{"error": {"code", "message"}}`, or any other text. */
function originalError(error: ModelError): { code?: string; message: string } {
  const text = error.OriginalMessage ?? error.message;
  try {
    const { code, message } = (JSON.parse(text) as { error: Record<string, unknown> }).error;
    if (typeof code === "string" && typeof message === "string") {
      return { code, message: message.slice(0, MAX_MESSAGE_LENGTH) };
    }
  } catch {
    // Not that form: the text is the message.
  }
  return { message: text.slice(0, MAX_MESSAGE_LENGTH) };
}

/** Names the permission and the resource: as AWS gives them, or as they must be. */
function missingPermission(message: string, target: Target): string {
  const action = /to perform: ([\w-]+:\w+)/.exec(message)?.[1] ?? INVOKE;
  const resource = /on resource: (arn:\S+)/.exec(message)?.[1] ?? endpointArn(target);
  const remedy = message.includes("explicit deny")
    ? "A policy denies it explicitly: remove that denial."
    : "Allow that action on exactly that resource in the policy of the function's role.";
  return `The function may not call the endpoint ${target.endpointName}: it lacks the permission ${action} on ${resource}. ${remedy}`;
}

function endpointArn({ endpointName, functionArn }: Target): string {
  const [, partition, , region, account] = (functionArn ?? "").split(":");
  if (account === undefined) return `the endpoint ${endpointName}`;
  return `arn:${partition}:sagemaker:${region}:${account}:endpoint/${endpointName}`;
}

/** Without credentials in the environment the SDK looks further, with packages that the bundle leaves out. */
function lacksCredentialSource({ code, message }: CallError): boolean {
  return code === "ERR_MODULE_NOT_FOUND" && message.includes("credential-provider");
}

/** Codes that begin with ERR_ are Node.js's own, for programs that use it wrongly; those about TLS are not. */
function isConnectionError({ name, code }: CallError): boolean {
  if (name === "TimeoutError") return true;
  return code !== undefined && (!code.startsWith("ERR_") || code.startsWith("ERR_TLS_"));
}
