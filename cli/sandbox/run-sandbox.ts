import pc from "picocolors";

import type { StackOutputs } from "../../infra/stack-outputs";
import { stopSignal } from "../child-processes";
import { step } from "../output/progress";
import { openStack } from "../stack/open-stack";
import { type Sandbox, type SandboxOptions, startSandbox } from "./start";

/** The options of `kennel sandbox`. */
export interface RunOptions extends SandboxOptions {
  readonly json?: boolean;
  /** A stack of this repository to create in it. */
  readonly stack?: string;
}

/** `kennel sandbox`: says where the account is, and runs until it is told to stop. */
export async function runSandbox({ json, stack, ...options }: RunOptions): Promise<void> {
  const stopped = stopSignal();
  const sandbox = await step("Starting an AWS account", () => startSandbox(options));
  try {
    const work = stack === undefined ? undefined : createStack(stack, sandbox);
    const created = await Promise.race([work, stopped.then(() => "interrupted" as const)]);
    if (created === "interrupted") {
      work?.catch(() => undefined);
    } else {
      const { environment } = sandbox;
      console.log(
        json === true ? JSON.stringify({ environment, ...created }) : welcome(sandbox, created),
      );
      await stopped;
    }
  } finally {
    await sandbox.stop();
  }
  // A stack that was being created goes on asking an account that has gone.
  process.exit();
}

/** A stack that was created when the sandbox started. */
interface CreatedStack {
  readonly stack: string;
  readonly outputs: StackOutputs;
}

async function createStack(name: string, { environment }: Sandbox): Promise<CreatedStack> {
  Object.assign(process.env, environment);
  const stack = await openStack(name);
  await step(`Creating the stack ${name}`, () => stack.update());
  return { stack: name, outputs: await stack.outputs() };
}

function describeStack({ stack, outputs }: CreatedStack): string {
  const endpoints = Object.entries(outputs.endpointNames).map(
    ([endpoint, name]) => `  ${endpoint}: ${name}`,
  );
  return `\n\n${pc.bold(`The stack ${stack} is there`)}, its data in s3://${outputs.bucketName}. ${endpoints.length === 0 ? "No endpoint serves yet." : `Endpoints:\n${endpoints.join("\n")}`}`;
}

function welcome({ url, environment }: Sandbox, created?: CreatedStack): string {
  const exports = Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`);
  return `${pc.bold(`An AWS account answers at ${url}.`)} Paste this where you want to use it:

${exports.join("\n")}

Every kennel command, the AWS CLI and the SDKs then talk to it. It forgets everything when it ends.
What it does not do: it checks requests as AWS describes them, but no permissions, quotas or signatures; instances are counted, and one
process answers for all of them; alarms and scaling go by what they are told; no multi-model endpoints, inference components, answers
in a stream, or functions that are not Node.js. Its time runs faster. docs/sandbox.md says more.
Ctrl-C ends it, with everything that runs in it.${created === undefined ? "" : describeStack(created)}`;
}
