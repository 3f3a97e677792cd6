import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";

import type { StackOutputs } from "../../infra/stack-outputs";
import { startProgram, stopSignal, TYPESCRIPT } from "../child-processes";
import { UserError } from "../output/failure";
import { readStack, regionOf, type StackSettings } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import { FAILURES, type Message } from "./sandbox/messages";
import { isInAws, Operations } from "./sandbox/operations";
import { StateStore } from "./sandbox/state";
import type { Drift, FormerUpdate, Stack } from "./stack";

const PROGRAM = path.join(__dirname, "sandbox", "main.ts");

/** A stack whose resources are in the sandbox that KENNEL_SANDBOX names, and whose state is an object there. */
export class SandboxStack implements Stack {
  readonly kind = "sandbox";

  constructor(readonly name: string) {}

  settings(): StackSettings {
    return readStack(REPOSITORY, this.name);
  }

  async outputs(): Promise<StackOutputs> {
    const { outputs } = await new StateStore(this.name).read();
    if (outputs === undefined) {
      throw new UserError(
        `the stack ${this.name} has not been created in this sandbox: run kennel sandbox --stack ${this.name}.`,
      );
    }
    return outputs;
  }

  async history(): Promise<readonly FormerUpdate[]> {
    const { history } = await new StateStore(this.name).read();
    return history.map(({ at, ...update }) => ({ at: new Date(at), ...update })).reverse();
  }

  async drift(): Promise<readonly Drift[]> {
    const { resources } = await new StateStore(this.name).read();
    const operations = new Operations(regionOf(this.settings()), () => ({}));
    const looked = resources
      .filter(({ type }) => isInAws(type))
      .map(async ({ type, name, inputs, ...existing }): Promise<Drift[]> => {
        const what = await operations.drift(type, existing, inputs);
        return what === undefined ? [] : [{ type, name, what }];
      });
    return (await Promise.all(looked)).flat();
  }

  async update(tell: (line: string) => void = () => undefined): Promise<void> {
    const child = startProgram([...TYPESCRIPT, PROGRAM, this.name], {
      cwd: REPOSITORY,
      env: process.env,
    });
    // It finishes what is under way, and says so.
    void stopSignal().then(() => child.kill("SIGINT"));
    const errors: string[] = [];
    createInterface({ input: child.stderr! }).on("line", (line) => errors.push(line));
    let failure: Error | undefined;
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const message = readMessage(line);
      if (message?.event === "line") {
        tell(message.line);
      } else if (message?.event === "failed") {
        failure = new FAILURES[message.kind](message.message);
      }
    });
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) {
      throw failure ?? new Error(`the update ended without a word. ${errors.join("\n")}`);
    }
  }
}

/** The program may print other lines as well. */
function readMessage(line: string): Message | undefined {
  try {
    return JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
}
