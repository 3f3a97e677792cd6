/** How long a preview of the dev stack takes, offline and through Pulumi's engine, beside loading the SDKs alone. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

import { Engine, hasPulumi, shippedSettings } from "../../infra/testing/engine";
import { renderSpread, spread } from "../spread";
import { table } from "../table";

const REPOSITORY = path.resolve(__dirname, "../..");
const RESULTS = path.resolve(__dirname, "../results/preview.json");
/** What any Pulumi program on AWS loads before its first line. */
const LOAD_THE_SDKS = "require('@pulumi/pulumi'); require('@pulumi/aws'); require('@pulumi/awsx')";

/** One thing to time, in seconds. */
interface Contestant {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

async function main(): Promise<void> {
  const rounds = chosenRounds();
  const engine = hasPulumi() ? await startEngine() : undefined;
  try {
    const contestants = [...offline(), ...(engine === undefined ? [] : [throughEngine(engine)])];
    const seconds = await timeInTurn(contestants, rounds);
    report(contestants, seconds);
  } finally {
    engine?.stop();
  }
  if (engine === undefined) {
    console.log("\nThe preview through the engine was left out: there is no pulumi on PATH.");
  }
}

function chosenRounds(): number {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 50) {
    throw new Error(`--rounds is "${values.rounds}"; allowed is a whole number from 1 to 50.`);
  }
  return rounds;
}

function offline(): Contestant[] {
  const node = (...args: readonly string[]): void => {
    execFileSync(process.execPath, args, { cwd: REPOSITORY, stdio: ["ignore", "ignore", "pipe"] });
  };
  return [
    { name: "loading the SDKs alone", run: () => node("--eval", LOAD_THE_SDKS) },
    { name: "kennel preview", run: () => node("cli/kennel.js", "preview", "--stack", "dev") },
  ];
}

/** The dev stack's own configuration, in an engine whose AWS is the stand-in provider. */
async function startEngine(): Promise<Engine> {
  const engine = new Engine();
  await engine.start();
  engine.configure(shippedSettings("Pulumi.dev.yaml"));
  return engine;
}

function throughEngine(engine: Engine): Contestant {
  return {
    name: "pulumi preview --policy-pack",
    run: async () => {
      const { code, output } = await engine.preview();
      if (code !== 0) {
        throw new Error(`pulumi preview failed:\n${output}`);
      }
    },
  };
}

async function timeInTurn(contestants: readonly Contestant[], rounds: number): Promise<number[][]> {
  const seconds: number[][] = contestants.map(() => []);
  // The first round only fills the file cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { run }] of contestants.entries()) {
      const started = performance.now();
      await run();
      if (round > 0) {
        seconds[index]!.push((performance.now() - started) / 1000);
      }
    }
  }
  return seconds;
}

function report(contestants: readonly Contestant[], seconds: readonly number[][]): void {
  const rows = contestants.map(({ name }, index) => {
    const ratios = seconds[index]!.map((each, round) => each / seconds[0]![round]!);
    return { name, seconds: spread(seconds[index]!), ratio: spread(ratios) };
  });
  console.log(
    table([
      ["", "seconds", "times the SDKs"],
      ...rows.map((row) => [row.name, renderSpread(row.seconds, 2), renderSpread(row.ratio, 2)]),
    ]),
  );
  const machine = {
    processors: os.cpus().length,
    node: process.version,
    load: os.loadavg()[0],
  };
  mkdirSync(path.dirname(RESULTS), { recursive: true });
  writeFileSync(RESULTS, `${JSON.stringify({ machine, rows }, undefined, 2)}\n`);
  console.log(`\nEverything is in ${path.relative(process.cwd(), RESULTS)}.`);
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
