import { spawn } from "node:child_process";
import path from "node:path";

import { spread, type Spread } from "../spread";

/** Seconds until a pack announces its port: this repository's as the engine starts it, and one without rules. */
export interface PackStart {
  readonly kennel: Spread;
  readonly empty: Spread;
  /** What the pack costs beyond an empty one: of each pair of starts, one right after the other. */
  readonly difference: Spread;
}

/** Starts this repository's pack and an empty one in turn, so that both see the same machine. */
export async function measurePackStart(rounds: number): Promise<PackStart> {
  const kennel: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < rounds; round++) {
    kennel.push(await secondsToStart(["start.js"]));
    empty.push(await secondsToStart(["--eval", EMPTY_PACK]));
  }
  return {
    kennel: spread(kennel),
    empty: spread(empty),
    difference: spread(kennel.map((seconds, round) => seconds - empty[round]!)),
  };
}

const EMPTY_PACK =
  'new (require("@pulumi/policy").PolicyPack)("empty", { policies: [{ name: "none", description: "Allows everything.", validateStack() {} }] })';

/** The working directory is that of the pack in both cases: @pulumi/policy reads its package.json. */
function secondsToStart(program: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, program, {
      cwd: path.resolve(__dirname, "../../policies"),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let printed = "";
    let complaints = "";
    child.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (/^\d+\r?\n/m.test(printed)) {
        resolve((performance.now() - started) / 1000);
        child.kill("SIGKILL");
      }
    });
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`${program.join(" ")} ended with exit code ${code}:\n${complaints.trim()}`));
    });
  });
}
