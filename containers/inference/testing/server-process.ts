import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildServer } from "../build";
import { temporaryDirectory } from "./model-files";

export interface LogLine {
  readonly event?: string;
  readonly port?: number;
  readonly msg?: string;
  readonly [field: string]: unknown;
}

let serverFile: string | undefined;
let cacheDirectory: string | undefined;
const running = new Set<ChildProcess>();

/** The real server in a process of its own, on any free port of the loopback address. */
export class ServerProcess {
  readonly logs: LogLine[] = [];
  stderr = "";
  private readonly child: ChildProcess;
  private readonly exited: Promise<number | null>;
  private watchers: (() => void)[] = [];

  /**
   * @param launcher a command that runs the one that it is given
   * @param server the command of the server, without its argument
   */
  constructor(
    environment: Readonly<Record<string, string>>,
    argument = "serve",
    launcher: readonly string[] = [],
    server = ownServer(),
  ) {
    // Shared between servers for speed; a spec that has ended has removed it.
    if (!cacheDirectory || !existsSync(cacheDirectory)) {
      cacheDirectory = temporaryDirectory("cache");
    }
    const [program, ...given] = [...launcher, ...server, argument];
    this.child = spawn(program!, given, {
      env: {
        PATH: process.env.PATH,
        SAGEMAKER_BIND_TO_ADDRESS: "127.0.0.1",
        SAGEMAKER_BIND_TO_PORT: "0",
        KENNEL_CACHE_DIR: cacheDirectory,
        KENNEL_WORKERS: "1",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    running.add(this.child);
    createInterface({ input: this.child.stdout! }).on("line", (line) => {
      this.logs.push(JSON.parse(line) as LogLine);
      for (const watcher of this.watchers) watcher();
    });
    this.child.stderr!.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exited = once(this.child, "close").then(([code]) => {
      running.delete(this.child);
      for (const watcher of this.watchers) watcher();
      return code as number | null;
    });
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The process's id. */
  get id(): number {
    return this.child.pid!;
  }

  /** Resolves with the first log line of an event, and of a request where its id is given. */
  async logged(event: string, requestId?: string): Promise<LogLine> {
    for (;;) {
      const line = this.logs.find(
        (candidate) =>
          candidate.event === event && (!requestId || candidate.request_id === requestId),
      );
      if (line) return line;
      if (!this.isRunning) {
        const { exitCode, signalCode } = this.child;
        const end = signalCode ?? `exit code ${exitCode}`;
        throw new Error(`the server ended before "${event}" (${end}): ${this.stderr}`);
      }
      await new Promise<void>((resolve) => this.watchers.push(resolve));
    }
  }

  async port(): Promise<number> {
    return (await this.logged("listening")).port!;
  }

  async url(path: string): Promise<string> {
    return `http://127.0.0.1:${await this.port()}${path}`;
  }

  /** Posts a photo once the server is ready. */
  async classify(
    photo: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    await this.logged("ready");
    return fetch(await this.url("/invocations"), {
      method: "POST",
      headers: { "content-type": "image/png", ...headers },
      body: photo as BodyInit,
    });
  }

  /** Resolves when so many photos are in flight. */
  async holds(photos: number): Promise<void> {
    for (;;) {
      const metrics = await (await fetch(await this.url("/metrics"))).text();
      if (metrics.includes(`\nkennel_in_flight ${photos}\n`)) return;
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** The exit code. */
  exit(): Promise<number | null> {
    return this.exited;
  }

  async stop(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exited;
  }
}

/** The command of the server that this repository's sources make. */
function ownServer(): string[] {
  serverFile ??= join(buildServer(), "serve.js");
  return [process.execPath, serverFile];
}

/** Ends whatever a failed test has left running. */
export function stopServers(): void {
  for (const child of running) child.kill("SIGKILL");
}
