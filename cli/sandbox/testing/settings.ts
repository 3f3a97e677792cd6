import type { Sandbox } from "../start";

/** The settings of AWS clients that talk to a sandbox. */
export function settingsOf({ url }: Sandbox, region = "us-east-1") {
  return { endpoint: url, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
}
