/** Everything the function reads from its environment. */
export interface Settings {
  readonly endpointName: string;
  /** Hand the URL on instead of fetching the photo. */
  readonly forwardUrl: boolean;
  readonly allowHttp: boolean;
  /** Let a direct invocation fail where the fault is not its caller's: Lambda then tries an asynchronous one again. */
  readonly failDirectCalls: boolean;
  readonly maxPhotoBytes: number;
  readonly photoTimeoutMs: number;
  readonly endpointTimeoutMs: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** SageMaker's own rule for endpoint names. */
const ENDPOINT_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;
/** The largest body that a real-time endpoint takes. */
const LARGEST_PAYLOAD_BYTES = 25_000_000;
/** Lambda's longest run. */
const LONGEST_RUN_MS = 900_000;

/** The environment does not describe a working function; says everything that is wrong with it at once. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
}

/**
 * Reads the environment variables; an empty one counts as not set.
 *
 * @throws SettingsError that names each variable that is missing or wrong, what is allowed and an example
 */
export function readSettings(environment: Environment): Settings {
  const problems: string[] = [];
  const settings: Settings = {
    endpointName: readEndpointName(environment, problems),
    forwardUrl: readFlag(environment, "FORWARD_URL", problems),
    allowHttp: readFlag(environment, "ALLOW_HTTP", problems),
    failDirectCalls: readFlag(environment, "FAIL_DIRECT_CALLS", problems),
    maxPhotoBytes: readNumber(
      environment,
      "MAX_PHOTO_BYTES",
      10_485_760,
      LARGEST_PAYLOAD_BYTES,
      problems,
    ),
    photoTimeoutMs: readNumber(environment, "PHOTO_TIMEOUT_MS", 10_000, LONGEST_RUN_MS, problems),
    // An endpoint gives up after 60 seconds.
    endpointTimeoutMs: readNumber(
      environment,
      "ENDPOINT_TIMEOUT_MS",
      60_000,
      LONGEST_RUN_MS,
      problems,
    ),
  };
  if (problems.length > 0) throw new SettingsError(problems.join(" "));
  return settings;
}

function readEndpointName(environment: Environment, problems: string[]): string {
  const value = environment["ENDPOINT_NAME"] ?? "";
  if (value === "") {
    problems.push(
      "ENDPOINT_NAME is not set: give the function's environment the name of its SageMaker endpoint, such as ENDPOINT_NAME=kennel-dev.",
    );
  } else if (value.length > 63 || !ENDPOINT_NAME.test(value)) {
    problems.push(
      `ENDPOINT_NAME: ${JSON.stringify(value.slice(0, 80))} is not an endpoint's name; allowed: 1 to 63 letters, digits and inner hyphens, such as kennel-dev.`,
    );
  }
  return value;
}

function readFlag(environment: Environment, name: string, problems: string[]): boolean {
  const value = environment[name] ?? "";
  if (!["", "true", "false"].includes(value)) {
    problems.push(
      `${name}: ${JSON.stringify(value)} is not a switch; allowed: true, false (the default).`,
    );
  }
  return value === "true";
}

function readNumber(
  environment: Environment,
  name: string,
  fallback: number,
  largest: number,
  problems: string[],
): number {
  const text = environment[name] ?? "";
  if (text === "") return fallback;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > largest) {
    problems.push(
      `${name}: ${JSON.stringify(text)} is not a whole number from 1 to ${largest}, such as ${fallback} (the default).`,
    );
  }
  return value;
}
