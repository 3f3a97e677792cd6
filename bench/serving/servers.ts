import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { buildServer } from "../../containers/inference/build";
import { withPeers } from "../peers";
import type { Speed } from "./limit";

export type ServerName = "kennel" | "fastapi" | "fastapi-draft" | "litserve";

export const CACHE = path.resolve(__dirname, "../../.cache/bench-serving");
const SECONDS = 3;
const LONGEST_START = 60_000;

/**
 * Starts a server with its defaults in its own process group, which runs only while it is measured.
 * @throws an Error if it does not classify the photo within a minute
 */
export async function startServer(name: ServerName, modelDirectory: string, photo: Buffer) {
  const port = await freePort();
  mkdirSync(CACHE, { recursive: true });
  const [program, ...args] = command(name);
  const child = spawn(program!, args, {
    cwd: CACHE,
    detached: true,
    env: {
      ...process.env,
      SM_MODEL_DIR: modelDirectory,
      SAGEMAKER_BIND_TO_PORT: String(port),
      SAGEMAKER_BIND_TO_ADDRESS: "127.0.0.1",
      KENNEL_CACHE_DIR: path.join(CACHE, "server"),
      MALLOC_ARENA_MAX: "2",
      ORT_DISABLE_TELEMETRY: "1",
      ...(name === "fastapi-draft" && { DRAFT: "1" }),
    },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const signal = (which: NodeJS.Signals) => process.kill(-child.pid!, which);
  const ask = async (jpeg: Buffer): Promise<readonly number[]> => {
    const isJson = name === "litserve";
    const answer = await fetch(`http://127.0.0.1:${port}/invocations`, {
      method: "POST",
      headers: { "content-type": isJson ? "application/json" : "image/jpeg" },
      body: isJson ? JSON.stringify({ image: jpeg.toString("base64") }) : new Uint8Array(jpeg),
    });
    if (!answer.ok) throw new Error(`${name} answered ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as number[][])[0]!;
  };
  const firstScores = async () => {
    for (const until = performance.now() + LONGEST_START; ;) {
      try {
        return await ask(photo);
      } catch (error) {
        if (performance.now() > until) throw error;
        await wait(50);
      }
    }
  };
  const stop = async () => {
    signal("SIGKILL");
    await once(child, "exit");
  };
  const scores = await firstScores().catch(async (error: unknown) => {
    await stop();
    throw new Error(`${name} classified nothing: ${(error as Error).message}`);
  });
  signal("SIGSTOP");
  return {
    scores,
    stop,
    /** Each connection sends its next photo when the last one is answered. */
    async measure(photos: readonly Buffer[], connections: number): Promise<Speed> {
      signal("SIGCONT");
      const before = processorTime(child.pid!);
      const until = performance.now() + SECONDS * 1000;
      let [sent, inTime] = [0, 0];
      const keepAsking = async () => {
        while (performance.now() < until) {
          await ask(photos[sent++ % photos.length]!);
          if (performance.now() < until) inTime += 1;
        }
      };
      await Promise.all(Array.from({ length: connections }, keepAsking));
      const taken = processorTime(child.pid!) - before;
      signal("SIGSTOP");
      return { photosPerSecond: inTime / SECONDS, processorTime: taken / sent };
    },
  };
}

/** Milliseconds of a core that all processes of a group have taken so far. */
function processorTime(group: number): number {
  const ticks = readdirSync("/proc").map((id) => {
    const stat = /^\d+$/.test(id) ? readIfAny(`/proc/${id}/stat`) : "";
    // The name between parentheses may hold anything; the state follows its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[2]) === group ? Number(fields[11]) + Number(fields[12]) : 0;
  });
  return ticks.reduce((sum, each) => sum + each, 0) * 10;
}

/** Content of a file; nothing if its process has ended meanwhile. */
function readIfAny(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function command(name: ServerName): readonly string[] {
  if (name !== "kennel") {
    return withPeers(__dirname, `${name === "litserve" ? name : "fastapi"}_server.py`);
  }
  const program = path.join(buildServer(), "serve.js");
  return [process.execPath, "--max-semi-space-size=1", program, "serve"];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
