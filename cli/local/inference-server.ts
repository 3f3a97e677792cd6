import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

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
    private readonly listening: Promise<ServerEvent>,
    private readonly warm: Promise<ServerEvent>,
    private port = 0,
  ) {}

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
        // Its stages are read from its log.
        KENNEL_LOG_LEVEL: "info",
        SM_MODEL_DIR: modelDirectory,
        SAGEMAKER_BIND_TO_PORT: "0",
        SAGEMAKER_BIND_TO_ADDRESS: "127.0.0.1",
      },
    });
    readLines(child, onLine);
    const events = new ServerEvents(child);
    return new InferenceServer(child, events.first("listening"), events.first("ready"));
  }

  /** @throws UserError with the server's own line where it ends or stays silent instead of getting ready. */
  async ready(): Promise<void> {
    this.port = Number((await this.listening)["port"]);
    await this.warm;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** SIGTERM, as SageMaker stops a container; SIGKILL where it does not follow. */
  stop(): Promise<void> {
    return endProgram(this.process);
  }
}

type ServerEvent = Readonly<Record<string, unknown>>;

/** The server logs one JSON object a line; a line with `event` marks a stage of its life. */
class ServerEvents {
  private readonly waiting = new Map<string, (event: ServerEvent) => void>();
  private readonly failed: Promise<never>;

  constructor(child: ChildProcess) {
    let lastComplaint = "";
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const event = parseLine(line);
      lastComplaint = complaintOf(event) ?? lastComplaint;
      this.waiting.get(String(event["event"]))?.(event);
    });
    createInterface({ input: child.stderr! }).on("line", (line) => {
      lastComplaint = complaintOf(parseLine(line)) ?? (line.trim() || lastComplaint);
    });
    this.failed = new Promise((_resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new UserError(`the inference server is not ready after 30 s. ${lastComplaint}`)),
        START_TIMEOUT_MILLISECONDS,
      );
      timer.unref();
      child.once("close", (code) =>
        reject(
          new UserError(lastComplaint || `the inference server ended with exit code ${code}.`),
        ),
      );
    });
    this.failed.catch(() => undefined);
  }

  first(name: string): Promise<ServerEvent> {
    const seen = new Promise<ServerEvent>((resolve) => this.waiting.set(name, resolve));
    const result = Promise.race([seen, this.failed]);
    result.catch(() => undefined);
    return result;
  }
}

function parseLine(line: string): ServerEvent {
  try {
    return JSON.parse(line) as ServerEvent;
  } catch {
    return {};
  }
}

/** pino's levels: 50 is error, 60 fatal. */
function complaintOf(event: ServerEvent): string | undefined {
  return Number(event["level"]) >= 50 && typeof event["msg"] === "string"
    ? event["msg"]
    : undefined;
}
