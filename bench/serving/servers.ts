import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { buildServer } from "../../containers/inference/build";
import { firstScores, type Body } from "./clients";

export type ServerName = "kennel" | "fastapi" | "fastapi-draft" | "litserve";

interface StartOptions {
  readonly modelDirectory: string;
  /** Interpreter of the peers' environment. */
  readonly python: string;
  /** A JPEG file for the first answer. */
  readonly photo: Buffer;
}

/** A server with its defaults in its own process group, which runs only while it is asked to. */
export class RunningServer {
  private constructor(
    readonly port: number,
    readonly body: Body,
    /** Scores of the first photo. */
    readonly scores: readonly number[],
    private readonly child: ChildProcess,
    private readonly scratch: string,
  ) {}

  /** @throws an Error with what the server printed if it classifies nothing within a minute */
  static async start(name: ServerName, options: StartOptions): Promise<RunningServer> {
    const scratch = mkdtempSync(path.join(tmpdir(), "kennel-bench-"));
    const port = await freePort();
    const log = path.join(scratch, "log");
    const file = openSync(log, "w");
    const body = name === "litserve" ? "json" : "jpeg";
    const [program, ...given] = command(name, options.python);
    const child = spawn(program!, given, {
      cwd: scratch,
      detached: true,
      env: {
        ...process.env,
        SM_MODEL_DIR: options.modelDirectory,
        SAGEMAKER_BIND_TO_PORT: String(port),
        SAGEMAKER_BIND_TO_ADDRESS: "127.0.0.1",
        KENNEL_CACHE_DIR: path.join(scratch, "cache"),
        MALLOC_ARENA_MAX: "2",
        ORT_DISABLE_TELEMETRY: "1",
        ...(name === "fastapi-draft" && { DRAFT: "1" }),
      },
      stdio: ["ignore", file, file],
    });
    try {
      const scores = await firstScores(port, body, options.photo, AbortSignal.timeout(60_000));
      return new RunningServer(port, body, scores, child, scratch);
    } catch {
      process.kill(-child.pid!, "SIGKILL");
      throw new Error(`${name} classified nothing; it printed:\n${readFileSync(log, "utf8")}`);
    }
  }

  pause(): void {
    process.kill(-this.child.pid!, "SIGSTOP");
  }

  resume(): void {
    process.kill(-this.child.pid!, "SIGCONT");
  }

  /** Milliseconds of a core that all its processes have taken so far. */
  processorTime(): number {
    const ticks = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((id) => {
        const stat = readIfAny(`/proc/${id}/stat`);
        // The name between parentheses may hold anything; the state follows its end.
        const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(fields[2]) === this.child.pid ? Number(fields[11]) + Number(fields[12]) : 0;
      });
    return ticks.reduce((sum, each) => sum + each, 0) * 10;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, "exit");
    process.kill(-this.child.pid!, "SIGKILL");
    await exited;
    rmSync(this.scratch, { recursive: true, force: true });
  }
}

function command(name: ServerName, python: string): readonly string[] {
  if (name === "kennel") {
    return [
      process.execPath,
      "--max-semi-space-size=1",
      path.join(buildServer(), "serve.js"),
      "serve",
    ];
  }
  const program = name === "litserve" ? "litserve_server.py" : "fastapi_server.py";
  return [python, path.join(__dirname, program)];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Content of a file; nothing if its process has ended meanwhile. */
function readIfAny(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
