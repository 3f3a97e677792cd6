/** Loads this repository's server and its peers with photos, side by side, and prints who is how fast. See README.md. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { PYTHON } from "../../scripts/python-environment";
import { inTurn, printTable, spread, writeResults } from "../measure";
import { startLimit, type Speed } from "./limit";
import { makePhotos, PHOTO_KINDS, type PhotoKind } from "./photos";
import { CACHE, startServer, type ServerName } from "./servers";

/** Scores of one photo may differ by this much between servers: they resize and add up in different orders. */
const LARGEST_DIFFERENCE = 0.1;

interface Scenario {
  readonly kind: PhotoKind;
  readonly connections: number;
  readonly names: readonly ServerName[];
}

const NAMES = ["kennel", "fastapi", "litserve"] as const;
const ORDINARY: readonly Scenario[] = [
  { kind: "ordinary", connections: 4, names: NAMES },
  { kind: "ordinary", connections: 16, names: NAMES },
];
const LARGE = { kind: "12-megapixel", connections: 4, names: [...NAMES, "fastapi-draft"] } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: "dogs" },
      rounds: { type: "string", default: "4" },
    },
  });
  const { model } = values;
  if (model !== "dogs" && model !== "resnet50") throw new Error("--model is dogs or resnet50.");
  const rounds = Number(values.rounds);
  if (!(rounds >= 1)) throw new Error("--rounds is at least 1.");
  const isDogs = model === "dogs";
  const modelDirectory = isDogs ? path.resolve(__dirname, "../../samples/model") : ensureResnet();
  const scenarios = isDogs ? [...ORDINARY, LARGE] : ORDINARY;
  const photos = {
    ordinary: await makePhotos("ordinary"),
    "12-megapixel": await makePhotos("12-megapixel"),
  };
  const limit = await startLimit(modelDirectory);
  const servers = new Map<ServerName, Awaited<ReturnType<typeof startServer>>>();
  const results: Record<string, Record<string, Speed[]>> = {};
  try {
    for (const name of new Set(scenarios.flatMap(({ names }) => names))) {
      const server = await startServer(name, modelDirectory, photos.ordinary[0]!);
      servers.set(name, server);
      checkAgreement(name, server.scores, servers.get("kennel")!.scores);
    }
    for (const { kind, connections, names } of scenarios) {
      const { width, height } = PHOTO_KINDS[kind];
      const title = `${width} x ${height} pixels, ${connections} connections`;
      const measured = await inTurn(rounds, {
        "the model alone": () => limit.measure([]),
        "the limit": () => limit.measure(photos[kind]),
        ...Object.fromEntries(
          names.map((name) => [name, () => servers.get(name)!.measure(photos[kind], connections)]),
        ),
      });
      results[title] = measured;
      print(title, measured);
    }
    writeResults(`serving-${model}`, results);
  } finally {
    await Promise.all([limit, ...servers.values()].map((each) => each.stop()));
  }
}

function ensureResnet(): string {
  const directory = path.join(CACHE, "resnet50");
  if (existsSync(path.join(directory, "model.onnx"))) return directory;
  execFileSync("npm", ["run", "--silent", "setup:python"], { stdio: "inherit" });
  console.log("Exporting a ResNet50 with random weights");
  execFileSync(PYTHON, [path.join(__dirname, "make_model.py"), directory], { stdio: "inherit" });
  return directory;
}

/** A server that computes something else is not compared. */
function checkAgreement(name: string, scores: readonly number[], expected: readonly number[]) {
  const largest = Math.max(...expected.map((score, index) => Math.abs(score - scores[index]!)));
  if (largest <= LARGEST_DIFFERENCE) return;
  throw new Error(`The scores of ${name} and kennel differ by ${largest} about the same photo.`);
}

function print(title: string, measured: Readonly<Record<string, readonly Speed[]>>): void {
  const [limit, kennel] = [measured["the limit"]!, measured["kennel"]!];
  const rows = Object.entries(measured).map(([name, speeds]) => {
    const column = (digits: number, pick: (speed: Speed, round: number) => number) =>
      spread(speeds.map(pick), digits);
    return [
      name,
      column(1, (each) => each.photosPerSecond),
      column(2, (each, round) => each.photosPerSecond / limit[round]!.photosPerSecond),
      column(1, (each) => each.processorTime),
      column(2, (each, round) => limit[round]!.processorTime / each.processorTime),
      column(2, (each, round) => each.processorTime / kennel[round]!.processorTime),
    ];
  });
  const time = ["ms of a core a photo", "limit's share", "times kennel's"];
  printTable(title, [["server", "photos/s", "of the limit", ...time], ...rows]);
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
