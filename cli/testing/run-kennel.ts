import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";

import { REPOSITORY } from "../repository";

/** What one run of the command line printed and how it ended. */
export interface KennelRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts `kennel` as npm's link does. */
export function startKennel(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [path.join(REPOSITORY, "cli", "kennel.js"), ...args], {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1" },
  });
}

/** Runs `kennel` to its end. */
export function runKennel(...args: readonly string[]): Promise<KennelRun> {
  return new Promise((resolve, reject) => {
    const child = startKennel(...args);
    let stdout = "";
    let stderr = "";
    child.stdout!.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Where `kennel local` shows its page, as soon as it says so. */
export function pageAddress(kennel: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: kennel.stdout! }).on("line", (line) => {
      const found = /Drop a photo on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    });
    kennel.once("exit", (code) => reject(new Error(`kennel ended with ${code}`)));
  });
}
