/**
 * Updates a stack of the sandbox, in a separate process, because a Pulumi program runs once in a process.
 *
 * Argument: the stack's name. Standard output: a JSON message a line. SIGINT and SIGTERM let it finish the requests that are
 * under way and save the state.
 */
import { readDefaultTags } from "../../../infra/offline/service-models/resource-requests";
import type { StackOutputs } from "../../../infra/stack-outputs";
import { explainAwsError } from "../../aws/clients";
import { readStack, regionOf, type StackSettings } from "../../preview/stack-file";
import { PROGRAM, REPOSITORY } from "../../repository";
import { UpdateInterrupted } from "../stack";
import { StackEngine } from "./engine";
import { isInAws, Operations } from "./operations";
import { FAILURES, type Message } from "./messages";
import { runProgram } from "./run-program";
import { StateStore } from "./state";

function say(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Settings of the provider that say where AWS is have no meaning here. */
function inSandbox(settings: StackSettings): StackSettings {
  const config = Object.entries(settings.config).filter(
    ([key]) => !key.startsWith("aws:") || key === "aws:region",
  );
  return { ...settings, config: Object.fromEntries(config) };
}

async function main(name: string): Promise<void> {
  const written = readStack(REPOSITORY, name);
  const settings = inSandbox(written);
  const region = regionOf(settings);
  // The live account and the state ask where the stack is.
  process.env["AWS_REGION"] = region;
  const store = new StateStore(name);
  await store.lock();
  let defaultTags: Readonly<Record<string, string>> = {};
  const operations = new Operations(region, () => defaultTags);
  const tell = (line: string): void => {
    say({ event: "line", line });
  };
  let fail: (error: Error) => void = () => undefined;
  const ended = new Promise<never>((_, reject) => {
    const interrupted = () => {
      reject(new UpdateInterrupted("the update was stopped: what was under way is done."));
    };
    process.on("SIGINT", interrupted).on("SIGTERM", interrupted);
    process.on("unhandledRejection", reject).on("uncaughtException", reject);
    fail = reject;
  });
  const engine = new StackEngine(store, operations, tell, (error) => {
    fail(error);
  });
  const update = async (): Promise<void> => {
    const outputs = await runProgram(PROGRAM, settings, {
      register: (registration) => engine.register(registration),
      isInAws,
      onProvider: (inputs) => {
        defaultTags = readDefaultTags([{ type: "pulumi:providers:aws", inputs }]);
      },
      tell,
    });
    await engine.finish();
    store.state.outputs = outputs as unknown as StackOutputs;
    const { modelUris } = store.state.outputs;
    const at = new Date().toISOString();
    store.state.history.push({ at, models: modelUris, config: written.config });
  };
  try {
    await Promise.race([update(), ended]);
  } catch (error) {
    await engine.stop();
    throw error;
  } finally {
    await store.unlock();
  }
}

main(process.argv[2]!).then(
  () => process.exit(0),
  (error: unknown) => {
    const explained = explainAwsError(error);
    const kinds = Object.keys(FAILURES) as (keyof typeof FAILURES)[];
    const kind = kinds.find((each) => explained instanceof FAILURES[each]) ?? "failed";
    say({ event: "failed", kind, message: explained.message });
    process.exit(1);
  },
);
