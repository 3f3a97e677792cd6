import pc from "picocolors";

import { stopSignal } from "../child-processes";
import { type Sandbox, type SandboxOptions, startSandbox } from "./start";

/** The options of `kennel sandbox`. */
export interface RunOptions extends SandboxOptions {
  readonly json?: boolean;
}

/** `kennel sandbox`: says where the account is, and runs until it is told to stop. */
export async function runSandbox({ json, ...options }: RunOptions): Promise<void> {
  const stopped = stopSignal();
  const sandbox = await startSandbox(options);
  console.log(
    json === true ? JSON.stringify({ environment: sandbox.environment }) : welcome(sandbox),
  );
  await stopped;
  await sandbox.stop();
}

function welcome({ url, environment }: Sandbox): string {
  const exports = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`);
  return `${pc.bold(`An AWS account answers at ${url}.`)} Paste this where you want to use it:

${exports.join("\n")}

Every kennel command, the AWS CLI and the SDKs then talk to it. It forgets everything when it ends.
It checks requests as AWS describes them, and no permissions, quotas or signatures; its time runs faster. See docs/sandbox.md.
Ctrl-C ends it, with everything that runs in it.`;
}
