import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { Agent } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import type { Contestant } from "./contestants";
import { send } from "./load-generator";
import { treeMemory, type TreeMemory } from "./process-tree";

/** Milliseconds from the start of the process. */
export interface ColdStart {
  /** Until /ping answered 200. */
  readonly ping: number;
  /** Until a photo was classified. */
  readonly answer: number;
}

const START_LIMIT_MS = 60_000;
const POLL_EVERY_MS = 5;

export interface StartOptions {
  readonly modelDirectory: string;
  readonly python: string;
  /** Folder for what a server keeps between starts. */
  readonly cache: string;
  /** A JPEG file for the first answer. */
  readonly photo: Buffer;
}

/** A server in a process of its own, with all its descendants in one process group. */
export class RunningServer {
  /** The scores that the first photo got. */
  firstScores: readonly number[] = [];
  coldStart: ColdStart = { ping: 0, answer: 0 };

  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly scratch: string,
  ) {}

  /** Starts a server and waits for its first answer. @throws an Error with what it printed if none comes */
  static async start(contestant: Contestant, options: StartOptions): Promise<RunningServer> {
    const scratch = mkdtempSync(path.join(tmpdir(), "kennel-bench-serving-"));
    const [port, ...others] = await freePorts(3);
    const cache = path.join(options.cache, contestant.name);
    mkdirSync(cache, { recursive: true });
    const { modelDirectory, python } = options;
    const otherPorts = others as unknown as readonly [number, number];
    const place = { modelDirectory, python, port: port!, otherPorts, scratch, cache };
    const { command, options: given, environment } = contestant.start(place);
    const log = openSync(path.join(scratch, "log"), "w");
    const startedAt = performance.now();
    const child = spawn(command, given, {
      cwd: scratch,
      detached: true,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8", ...environment },
      stdio: ["ignore", log, log],
    });
    const server = new RunningServer(port!, child, scratch);
    try {
      await server.awaitAnswer(contestant.name, startedAt, options.photo);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Memory of all its processes. */
  memory(): TreeMemory {
    return treeMemory(this.child.pid!);
  }

  /** Ends all its processes. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = once(this.child, "exit");
      process.kill(-this.child.pid!, "SIGKILL");
      await exited;
    }
    rmSync(this.scratch, { recursive: true, force: true });
  }

  private async awaitAnswer(name: string, startedAt: number, photo: Buffer): Promise<void> {
    const agent = new Agent();
    const succeeded = async (path: string, body?: Buffer) => {
      for (;;) {
        const answer = await send(agent, { port: this.port, path }, body);
        if (answer.status === 200) return { answer, after: performance.now() - startedAt };
        if (this.child.exitCode !== null || performance.now() - startedAt > START_LIMIT_MS) {
          const printed = readFileSync(pathOfLog(this.scratch), "utf8").slice(-2000);
          throw new Error(`${name} did not answer ${path}; it printed:\n${printed}`);
        }
        await wait(POLL_EVERY_MS);
      }
    };
    const ping = await succeeded("/ping");
    const first = await succeeded("/invocations", photo);
    this.coldStart = { ping: ping.after, answer: first.after };
    this.firstScores = (JSON.parse(first.answer.body) as number[][])[0]!;
  }
}

function pathOfLog(scratch: string): string {
  return path.join(scratch, "log");
}

/** Ports that nobody listens on; all are taken before the first is given back, so they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
