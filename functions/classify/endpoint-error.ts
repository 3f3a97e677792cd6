import { ModelError } from "@aws-sdk/client-sagemaker-runtime";

import { ClassifyError, type ClassifyErrorDetails } from "./classify-error";

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
  const { name } = callError;
  const statusCode = callError.$metadata?.httpStatusCode;
  if (name === "AccessDeniedException" || name === "AccessDenied")
    return accessDenied(callError, target);
  if (BAD_CREDENTIALS.has(name) || lacksCredentialSource(callError))
    return badCredentials(callError, target);
  if (name === "ModelNotReadyException") return notReady(callError, target);
  if (THROTTLED.has(name) || statusCode === 429) return throttled(callError, target);
  if (name === "ValidationError") return refused(callError, target);
  if (callError.code === "ETIMEDOUT" && name === "TimeoutError")
    return endpointTimedOut(target, undefined, error);
  if (statusCode === undefined)
    return isConnectionError(callError) ? unreachable(callError, target) : error;
  return unavailable(callError, target, statusCode);
}

/** The endpoint took longer than there was time for. */
export function endpointTimedOut(
  target: Target,
  limitMs: number | undefined,
  cause?: unknown,
): ClassifyError {
  const limit = limitMs === undefined ? "in time" : `within ${Math.round(limitMs)} ms`;
  return new ClassifyError(
    `The endpoint ${target.endpointName} did not answer ${limit}. Try again; if it happens often, ` +
      "give the function a longer timeout or the endpoint more instances.",
    { code: "endpoint_timeout", statusCode: 504, cause },
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
  if (status === 429 || status === 503) {
    return new ClassifyError(`The endpoint ${target.endpointName} is busy: ${message}`, {
      ...details,
      code: code ?? "endpoint_busy",
      statusCode: status,
      retryAfterSeconds: 1,
    });
  }
  if (status >= 400 && status < 500) {
    return new ClassifyError(message, {
      ...details,
      code: code ?? "photo_refused",
      statusCode: status,
    });
  }
  // SageMaker's own limit of 60 seconds is reported with status 0.
  if (status === 504 || (status === 0 && /timed out/i.test(error.message))) {
    return endpointTimedOut(target, undefined, error);
  }
  return new ClassifyError(
    `The model of the endpoint ${target.endpointName} failed with status ${status}. ` +
      `Its reason is in the log group /aws/sagemaker/Endpoints/${target.endpointName}.`,
    { ...details, code: "model_failed", statusCode: 502 },
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
function accessDenied(error: CallError, target: Target): ClassifyError {
  const action = /to perform: ([\w-]+:\w+)/.exec(error.message)?.[1] ?? INVOKE;
  const resource = /on resource: (arn:\S+)/.exec(error.message)?.[1] ?? endpointArn(target);
  const isExplicit = error.message.includes("explicit deny");
  const remedy = isExplicit
    ? "A policy denies it explicitly: remove that denial."
    : "Allow that action on exactly that resource in the policy of the function's role.";
  return new ClassifyError(
    `The function may not call the endpoint ${target.endpointName}: it lacks the permission ${action} on ${resource}. ${remedy}`,
    details("endpoint_access_denied", 502, error),
  );
}

function endpointArn({ endpointName, functionArn }: Target): string {
  const [, partition, , region, account] = (functionArn ?? "").split(":");
  if (account === undefined) return `the endpoint ${endpointName}`;
  return `arn:${partition}:sagemaker:${region}:${account}:endpoint/${endpointName}`;
}

function badCredentials(error: CallError, target: Target): ClassifyError {
  return new ClassifyError(
    `The endpoint ${target.endpointName} could not be called: the function's AWS credentials are missing, wrong or expired (${error.code ?? error.name}). ` +
      "On Lambda they come with the function's role; elsewhere check how the AWS SDK is to find them.",
    details("endpoint_credentials", 502, error),
  );
}

/** Without credentials in the environment the SDK looks further, with packages that the bundle leaves out. */
function lacksCredentialSource({ code, message }: CallError): boolean {
  return code === "ERR_MODULE_NOT_FOUND" && message.includes("credential-provider");
}

function notReady(error: CallError, target: Target): ClassifyError {
  return new ClassifyError(
    `The endpoint ${target.endpointName} is still loading its model. Try again in a few seconds.`,
    { ...details("endpoint_not_ready", 503, error), retryAfterSeconds: 5 },
  );
}

function throttled(error: CallError, target: Target): ClassifyError {
  return new ClassifyError(
    `Too many requests for the endpoint ${target.endpointName}. Try again in a second.`,
    { ...details("throttled", 429, error), retryAfterSeconds: 1 },
  );
}

function refused(error: CallError, target: Target): ClassifyError {
  return new ClassifyError(
    `SageMaker refused the call of the endpoint ${target.endpointName}: ${error.message.slice(0, MAX_MESSAGE_LENGTH)} ` +
      "Check that ENDPOINT_NAME is the name of an endpoint in service in this account and region.",
    details("endpoint_refused", 502, error),
  );
}

function unreachable(error: CallError, target: Target): ClassifyError {
  return new ClassifyError(
    `The endpoint ${target.endpointName} could not be reached (${error.code ?? error.name}). Try again in a few seconds; ` +
      "in a private network, check that the SageMaker runtime's VPC endpoint is there.",
    { ...details("endpoint_unreachable", 503, error), retryAfterSeconds: 5 },
  );
}

function unavailable(error: CallError, target: Target, statusCode: number): ClassifyError {
  const isTemporary = statusCode >= 500;
  return new ClassifyError(
    `SageMaker could not call the endpoint ${target.endpointName} (${error.name}, status ${statusCode}).` +
      (isTemporary ? " Try again in a few seconds." : ""),
    {
      ...details("endpoint_unavailable", isTemporary ? 503 : 502, error),
      ...(isTemporary ? { retryAfterSeconds: 2 } : {}),
    },
  );
}

/** Codes that begin with ERR_ are Node.js's own, for programs that use it wrongly; those about TLS are not. */
function isConnectionError({ name, code }: CallError): boolean {
  if (name === "TimeoutError") return true;
  return code !== undefined && (!code.startsWith("ERR_") || code.startsWith("ERR_TLS_"));
}

function details(code: string, statusCode: number, error: CallError): ClassifyErrorDetails {
  const logFields = { awsError: error.name, attempts: error.$metadata?.attempts };
  return { code, statusCode, cause: error, logFields };
}
