/** Loads this repository's server and its peers with photos, side by side, and prints who is how fast. See bench/README.md. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { ensurePeerEnvironment } from "../peer-environment";
import { CONTESTANTS } from "./contestants";
import { Raw } from "./limit";
import { Clients, measureServer, type Plan, type ServerMeasurement } from "./measure";
import { ensureModel, type Precision } from "./models";
import { parseChoices, type Choices } from "./options";
import { ensurePhotos } from "./photos";
import { renderRounds } from "./report";
import { CACHE } from "./workplace";

const RESULTS = path.resolve(__dirname, "../results");
/** The scores of one photo may differ by this much between servers: they resize and add up in different orders. */
const LARGEST_DIFFERENCE = 0.05;

export interface Round {
  readonly servers: Readonly<Record<string, ServerMeasurement>>;
}

async function main(): Promise<void> {
  const choices = parseChoices(process.argv.slice(2));
  const chosen = CONTESTANTS.filter(({ name }) => choices.servers.includes(name));
  const python = chosen.some(({ needsPython }) => needsPython) ? peerPython() : "";
  const folders = {
    ordinary: await ensurePhotos(CACHE, "ordinary"),
    large: await ensurePhotos(CACHE, "large"),
  };
  const modelDirectory = ensureModel(CACHE, choices.precision, folders.ordinary);
  const { scenarios, seconds, warmUp } = choices;
  const raw = choices.servers.includes("raw") ? new Raw(modelDirectory) : undefined;
  const plan: Plan = { scenarios, seconds, warmUp, folders, ...(raw && { raw }) };
  const cache = path.join(CACHE, `cache-${choices.precision}`);
  const clients = new Clients();
  const rounds: Round[] = [];
  try {
    for (let number = 1; number <= choices.rounds; number += 1) {
      const servers: Record<string, ServerMeasurement> = {};
      for (const contestant of chosen) {
        if (contestant.needsTorchModel && choices.precision !== "fp32") continue;
        process.stdout.write(`round ${number} of ${choices.rounds}: ${contestant.name}\n`);
        const options = { modelDirectory, python, cache };
        servers[contestant.name] = await measureServer(contestant, options, plan, clients);
      }
      checkAgreement(servers);
      rounds.push({ servers });
    }
  } finally {
    clients.close();
    raw?.close();
  }
  console.log(`\n${renderRounds(rounds, plan.scenarios)}`);
  write(choices, rounds);
}

function peerPython(): string {
  return ensurePeerEnvironment({
    folder: "serving-venv",
    requirements: path.join(__dirname, "requirements.txt"),
    contents: "FastAPI, uvicorn and TorchServe",
    otherwise: "without them, run with --servers kennel,raw",
    borrowFrom: path.resolve(__dirname, "../../.venv/bin/python"),
  });
}

/** A server that computes something else is not compared. */
function checkAgreement(servers: Readonly<Record<string, ServerMeasurement>>): void {
  const [[first, expected], ...others] = Object.entries(servers) as [
    [string, ServerMeasurement],
    ...[string, ServerMeasurement][],
  ];
  for (const [name, { firstScores }] of others) {
    const differences = expected.firstScores.map((score, index) =>
      Math.abs(score - (firstScores[index] ?? NaN)),
    );
    const largest = Math.max(...differences);
    if (!(largest <= LARGEST_DIFFERENCE)) {
      throw new Error(`${name} and ${first} differ by ${largest} about the same photo.`);
    }
  }
}

/** Replaces what an earlier run wrote about the same precision, and keeps the rest. */
function write(choices: Choices, rounds: readonly Round[]): void {
  mkdirSync(RESULTS, { recursive: true });
  const file = path.join(RESULTS, "serving.json");
  const before = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Record<Precision, unknown>>)
    : {};
  const machine = {
    processor: os.cpus()[0]?.model,
    processors: os.availableParallelism(),
    node: process.version,
    load: os.loadavg()[0],
  };
  const all = { ...before, [choices.precision]: { machine, choices, rounds } };
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`);
  console.log(`\nEverything is in ${path.relative(process.cwd(), file)}.`);
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
