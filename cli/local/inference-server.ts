import type { ChildProcess } from "node:child_process";
import path from "node:path";

import { buildServer } from "../../containers/inference/build";
import { endProgram, readLines, startProgram } from "../child-processes";
import { UserError } from "../output/failure";

const START_TIMEOUT_MILLISECONDS = 30_000;

/** Where the server is; it is built once in a run. */
let built: string | undefined;

/** The real inference server in a separate process on a free loopback port, as SageMaker would start it. */
export class InferenceServer {
  private constructor(
    private readonly process: ChildProcess,
    private readonly started: Promise<number>,
    private port = 0,
  ) {
    started.catch(() => undefined);
  }

  /**
   * Builds and starts the server; `ready` waits for its first honest /ping.
   *
   * @param environment what the container's own environment adds
   * @param onLine takes every line that the server logs
   */
  static launch(
    modelDirectory: string,
    environment: Readonly<Record<string, string>> = {},
    onLine: (line: string) => void = () => undefined,
  ): InferenceServer {
    built ??= buildServer();
    const child = startProgram([path.join(built, "serve.js"), "serve"], {
      env: {
        ...process.env,
        ...environment,
        // That it is ready is read from its log.
        KENNEL_LOG_LEVEL: "info",
        SM_MODEL_DIR: modelDirectory,
        SAGEMAKER_BIND_TO_PORT: "0",
        SAGEMAKER_BIND_TO_ADDRESS: "127.0.0.1",
      },
    });
    return new InferenceServer(child, portOf(child, onLine));
  }

  /** @throws UserError with the server's own line where it ends or stays silent instead of getting ready. */
  async ready(): Promise<void> {
    this.port = await this.started;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** SIGTERM, as SageMaker stops a container; SIGKILL where it does not follow. */
  stop(): Promise<void> {
    return endProgram(this.process);
  }
}

/** The port of a server that is ready. It logs one JSON object a line; one of them says that it is. */
function portOf(child: ChildProcess, onLine: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new UserError(reason));
    let complaint = "";
    readLines(child, (line) => {
      onLine(line);
      const told = parseLine(line);
      if (told === undefined) {
        complaint = line.trim() || complaint;
      } else if (told.level >= ERROR_LEVEL) {
        complaint = told.msg;
      } else if (told.event === "ready") {
        resolve(told.port);
      }
    });
    child.once("close", (code) =>
      fail(complaint || `the inference server ended with exit code ${code}.`),
    );
    const giveUp = (): void => fail(`the inference server is not ready after 30 s. ${complaint}`);
    // Lines that wait come first: this process itself may have been busy.
    setTimeout(() => setImmediate(giveUp), START_TIMEOUT_MILLISECONDS).unref();
  });
}

/** pino's level of an error; 60 is fatal. */
const ERROR_LEVEL = 50;

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly event?: string;
  readonly port: number;
}

function parseLine(line: string): LogLine | undefined {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return undefined;
  }
}
