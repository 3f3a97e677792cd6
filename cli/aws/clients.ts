import type { S3ClientConfig } from "@aws-sdk/client-s3";

import { UserError } from "../output/failure";

type Logger = NonNullable<S3ClientConfig["logger"]>;

const DEFAULT_REGION = "us-east-1";

/** SageMaker's control plane throttles early: waiting longer costs less than a verb that ends half-way. */
const ATTEMPTS = 6;

/**
 * The settings for `new XClient(clientSettings())`. The SDK finds credentials and AWS_ENDPOINT_URL by itself; at such a
 * URL buckets are paths, because no name service knows `BUCKET.localhost`.
 *
 * @param region - the stack's, where a stack is at hand; otherwise the environment's.
 */
export function clientSettings(region?: string) {
  const environment = process.env;
  const isElsewhere =
    environment["AWS_ENDPOINT_URL"] !== undefined ||
    environment["AWS_ENDPOINT_URL_S3"] !== undefined;
  return {
    region:
      region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? DEFAULT_REGION,
    maxAttempts: ATTEMPTS,
    retryMode: "adaptive" as const,
    // S3's alone.
    ...(isElsewhere && { forcePathStyle: true }),
    ...(environment["KENNEL_DEBUG"] === "1" && { logger: REQUESTS }),
  };
}

const nothing = (): void => undefined;

/** What the SDK tells of each request. */
function printRequest(told: { clientName: string; commandName: string; input: object }): void {
  const { clientName, commandName, input } = told;
  const operation = `${clientName.replace(/Client$/, "")}.${commandName.replace(/Command$/, "")}`;
  const texts = Object.entries(input).filter(([, value]) => typeof value === "string");
  console.error(`AWS ${operation} ${JSON.stringify(Object.fromEntries(texts))}`);
}

/** Prints every request with what in it is short, whether it succeeds or not. */
const REQUESTS: Logger = {
  trace: nothing,
  debug: nothing,
  info: printRequest,
  warn: nothing,
  error: printRequest,
};

interface Explanation {
  /** Names of errors, as the SDK gives them. */
  readonly names: RegExp;
  readonly message?: RegExp;
  readonly say: (error: Error) => string;
}

const LOG_IN = "aws sso login, or a new AWS_PROFILE or AWS_ACCESS_KEY_ID";

const EXPLANATIONS: readonly Explanation[] = [
  {
    names: /^(ExpiredToken(Exception)?|RequestExpired|TokenRefreshRequired)$/,
    say: ({ message }) =>
      `the AWS credentials have expired: log in again (${LOG_IN}), then run the same command. AWS says: ${message}`,
  },
  {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    say: ({ message }) =>
      `there are no AWS credentials: log in (${LOG_IN}). The SDK says: ${message}`,
  },
  {
    names:
      /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException)$/,
    say: ({ message }) =>
      `AWS does not accept the credentials: check AWS_PROFILE, AWS_ACCESS_KEY_ID and the clock of this machine. AWS says: ${message}`,
  },
  {
    names:
      /^(ThrottlingException|Throttling|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/,
    say: ({ message }) =>
      `AWS throttles this account's requests, ${ATTEMPTS} attempts in a row: wait a minute, then run the same command. AWS says: ${message}`,
  },
  {
    names: /^(AccessDenied(Exception)?|UnauthorizedOperation|AuthorizationError(Exception)?)$/,
    say: ({ message }) =>
      `these AWS credentials may not do that: kennel policy deployer prints the permissions. AWS says: ${message}`,
  },
  {
    names: /^NotImplementedException$/,
    say: ({ message }) => `${message} docs/sandbox.md says what the sandbox does.`,
  },
  {
    names: /^ValidationException$/,
    message: /could not find endpoint/i,
    say: ({ message }) =>
      `there is no such endpoint: kennel status shows those of the stack, and pulumi up (in the sandbox kennel sandbox --stack) makes them. AWS says: ${message}`,
  },
];

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|ETIMEDOUT|EHOSTUNREACH)$/;

/**
 * An error of the AWS SDK in a user's words: expired, missing or refused credentials, throttling, missing permissions, no
 * such endpoint, no connection. Any other error is returned as it is.
 */
export function explainAwsError(error: unknown): Error {
  if (!(error instanceof Error) || error instanceof UserError) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const found = EXPLANATIONS.find(
    ({ names, message }) => names.test(error.name) && (message?.test(error.message) ?? true),
  );
  if (found !== undefined) {
    return new UserError(found.say(error), { cause: error });
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && UNREACHABLE.test(code)) {
    const where = process.env["AWS_ENDPOINT_URL"];
    return new UserError(
      where === undefined
        ? `AWS can't be reached: ${error.message}. Is this machine connected, and is the region right?`
        : `nothing answers at ${where} (AWS_ENDPOINT_URL): ${error.message}. Is kennel sandbox still running there?`,
      { cause: error },
    );
  }
  return error;
}
