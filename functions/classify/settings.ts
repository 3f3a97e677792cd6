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
  const shown = (name: string) => `${name}: ${JSON.stringify(environment[name]?.slice(0, 80))}`;

  const flag = (name: string): boolean => {
    const value = environment[name] ?? "";
    if (!["", "true", "false"].includes(value)) {
      problems.push(`${shown(name)} is not a switch; allowed: true, false (the default).`);
    }
    return value === "true";
  };

  const number = (name: string, fallback: number, largest: number): number => {
    const text = environment[name] || String(fallback);
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > largest) {
      problems.push(
        `${shown(name)} is not a whole number from 1 to ${largest}, such as ${fallback} (the default).`,
      );
    }
    return value;
  };

  const endpointName = environment["ENDPOINT_NAME"] ?? "";
  if (endpointName === "") {
    problems.push(
      "ENDPOINT_NAME is not set: give the function's environment the name of its SageMaker endpoint, such as ENDPOINT_NAME=kennel-dev.",
    );
  } else if (endpointName.length > 63 || !ENDPOINT_NAME.test(endpointName)) {
    problems.push(
      `${shown("ENDPOINT_NAME")} is not an endpoint's name; allowed: 1 to 63 letters, digits and inner hyphens, such as kennel-dev.`,
    );
  }

  const settings: Settings = {
    endpointName,
    forwardUrl: flag("FORWARD_URL"),
    allowHttp: flag("ALLOW_HTTP"),
    failDirectCalls: flag("FAIL_DIRECT_CALLS"),
    maxPhotoBytes: number("MAX_PHOTO_BYTES", 10_485_760, LARGEST_PAYLOAD_BYTES),
    photoTimeoutMs: number("PHOTO_TIMEOUT_MS", 10_000, LONGEST_RUN_MS),
    // An endpoint gives up after 60 seconds.
    endpointTimeoutMs: number("ENDPOINT_TIMEOUT_MS", 60_000, LONGEST_RUN_MS),
  };
  if (problems.length > 0) throw new SettingsError(problems.join(" "));
  return settings;
}
