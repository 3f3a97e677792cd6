import type { ChildProcess } from "node:child_process";
import path from "node:path";

import { endProgram, isAlive, readLines, startProgram } from "../../child-processes";

const PROGRAM = path.join(__dirname, "environment.mjs");

/** What an event came to. */
export interface Outcome {
  /** JSON: the handler's answer, or Lambda's description of an error. */
  readonly payload: string;
  /** Undefined where the handler answered. */
  readonly functionError?: "Unhandled";
}

/** An event on its way to a handler. */
export interface LambdaEvent {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  readonly functionArn: string;
  /** The function's Timeout. */
  readonly seconds: number;
}

/** A process that runs a function's code, an event at a time. */
export class Environment {
  isBusy = false;
  private readonly port: Promise<number>;

  private constructor(
    private readonly child: ChildProcess,
    onLine: (line: string) => void,
  ) {
    this.port = new Promise((resolve, reject) => {
      readLines(child, (line) => {
        const [, port] = /^\{"kennelPort":(\d+)\}$/.exec(line) ?? [];
        if (port === undefined) {
          onLine(line);
        } else {
          resolve(Number(port));
        }
      });
      child.once("exit", () => reject(new Error("the runtime has ended")));
    });
    this.port.catch(() => undefined);
  }

  /** @param onLine takes what the function prints */
  static start(
    code: string,
    handler: string,
    env: NodeJS.ProcessEnv,
    onLine: (line: string) => void,
  ): Environment {
    return new Environment(startProgram([PROGRAM, handler], { cwd: code, env }), onLine);
  }

  /** Whether it can take an event. */
  get isFree(): boolean {
    return !this.isBusy && isAlive(this.child);
  }

  /** Hands an event to the function; one that takes too long, or ends the process, is the last. */
  async handle(event: LambdaEvent): Promise<Outcome> {
    this.isBusy = true;
    const milliseconds = event.seconds * 1000;
    try {
      // As in Lambda, starting doesn't count for the function's Timeout.
      const port = await this.port;
      const signal = AbortSignal.timeout(milliseconds);
      const answer = await fetch(`http://127.0.0.1:${port}`, {
        method: "POST",
        headers: {
          "x-request-id": event.requestId,
          "x-deadline": String(Date.now() + milliseconds),
          "x-arn": event.functionArn,
        },
        body: event.payload,
        signal,
      });
      const payload = await answer.text();
      return answer.ok ? { payload } : { payload, functionError: "Unhandled" };
    } catch (error) {
      const [errorType, reason] =
        (error as Error).name === "TimeoutError"
          ? ["Sandbox.Timedout", `Task timed out after ${event.seconds.toFixed(2)} seconds`]
          : ["Runtime.ExitError", "Runtime exited without providing a reason"];
      const errorMessage = `RequestId: ${event.requestId} Error: ${reason}`;
      // It takes no event while it ends.
      await this.stop();
      return {
        functionError: "Unhandled",
        payload: JSON.stringify({ errorType, errorMessage }),
      };
    } finally {
      this.isBusy = false;
    }
  }

  stop(): Promise<void> {
    return endProgram(this.child, "SIGKILL");
  }
}
