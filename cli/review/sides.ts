import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { startProgram, TYPESCRIPT } from "../child-processes";
import type { SideAnswer, SidesRequest } from "./evaluate-sides";

/** Evaluates and checks stacks in a separate process, by what `request` calls them. */
export async function evaluateSides(request: SidesRequest): Promise<Record<string, SideAnswer>> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "kennel-side-"));
  const answer = path.join(folder, "answer.json");
  try {
    const child = startProgram(
      [...TYPESCRIPT, path.join(__dirname, "evaluate-sides.ts"), JSON.stringify(request), answer],
      { cwd: request.directory, env: process.env },
    );
    let complaints = "";
    child.stdout!.resume();
    child.stderr!.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) {
      throw new Error(`${request.directory} could not be evaluated: ${complaints.trim()}`);
    }
    return JSON.parse(readFileSync(answer, "utf8")) as Record<string, SideAnswer>;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
