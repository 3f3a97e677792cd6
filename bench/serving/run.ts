/** Loads this repository's server and its peers with photos, side by side, and prints who is how fast. See README.md. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

import { PYTHON } from "../../scripts/python-environment";
import { ensurePeerEnvironment } from "../peer-environment";
import { renderSpread, spread } from "../spread";
import { table } from "../table";
import { load, type LoadResult } from "./clients";
import { Limit, type Speed } from "./limit";
import { makePhotos, PHOTO_KINDS, type PhotoKind } from "./photos";
import { RunningServer, type ServerName } from "./servers";

const REPOSITORY = path.resolve(__dirname, "../..");
/** Before anything counts: V8 needs some seconds to find out what it is to compile. */
const COMPILING_SECONDS = 5;
const LIMIT_SECONDS = 1;
/** Scores of one photo may differ by this much between servers: they resize and add up in different orders. */
const LARGEST_DIFFERENCE = 0.1;

interface Scenario {
  readonly kind: PhotoKind;
  readonly connections: number;
  readonly servers: readonly ServerName[];
}

const PEERS = ["kennel", "fastapi", "litserve"] as const;
const ORDINARY: readonly Scenario[] = [
  { kind: "ordinary", connections: 4, servers: PEERS },
  { kind: "ordinary", connections: 16, servers: PEERS },
];
const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  dogs: [
    ...ORDINARY,
    { kind: "12-megapixel", connections: 4, servers: [...PEERS, "fastapi-draft"] },
  ],
  resnet50: ORDINARY,
};

/** A server under one load. */
interface ServerSpeed extends LoadResult, Speed {}

/** One scenario of one round. */
interface Measurement {
  /** Decoding, resizing and the model in a loop, right before and right after this repository's server. */
  readonly limit: Speed;
  /** The same without decoding and resizing. */
  readonly model: Speed;
  readonly servers: Readonly<Partial<Record<ServerName, ServerSpeed>>>;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: "dogs" },
      rounds: { type: "string", default: "4" },
      seconds: { type: "string", default: "3" },
    },
  });
  const scenarios = SCENARIOS[values.model];
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (!scenarios) throw new Error(`--model is ${Object.keys(SCENARIOS).join(" or ")}.`);
  if (!(rounds >= 1 && seconds >= 1)) throw new Error("--rounds and --seconds are at least 1.");
  const modelDirectory =
    values.model === "dogs" ? path.join(REPOSITORY, "samples/model") : ensureResnet();
  const photos = {
    ordinary: await makePhotos("ordinary"),
    "12-megapixel": await makePhotos("12-megapixel"),
  };
  const limit = await Limit.start(modelDirectory);
  const servers = new Map<ServerName, RunningServer>();
  const measure = async (scenario: Scenario, span = seconds): Promise<Measurement> => {
    const loads: Partial<Record<ServerName, ServerSpeed>> = {};
    const limits: Speed[] = [];
    const models: Speed[] = [];
    const measureLimit = async () => {
      limits.push(await limit.measure({ photos: photos[scenario.kind], seconds: LIMIT_SECONDS }));
      models.push(await limit.measure({ photos: [], seconds: LIMIT_SECONDS }));
    };
    for (const name of scenario.servers) {
      const server = servers.get(name)!;
      if (name === "kennel") await measureLimit();
      server.resume();
      const { port, body } = server;
      const { connections, kind } = scenario;
      const before = server.processorTime();
      const result = await load({ port, body, photos: photos[kind], connections, seconds: span });
      const processorTime = (server.processorTime() - before) / result.answered;
      loads[name] = { ...result, processorTime };
      server.pause();
      if (name === "kennel") await measureLimit();
    }
    return { limit: middle(limits), model: middle(models), servers: loads };
  };
  try {
    const requirements = path.join(__dirname, "requirements.txt");
    const python = ensurePeerEnvironment("serving-venv", requirements, PYTHON);
    for (const name of new Set(scenarios.flatMap((scenario) => scenario.servers))) {
      const photo = photos.ordinary[0]!;
      const server = await RunningServer.start(name, { modelDirectory, python, photo });
      servers.set(name, server);
      checkAgreement(name, server.scores, servers.get("kennel")!.scores);
      server.pause();
    }
    await measure({ ...scenarios[0]!, servers: [...servers.keys()] }, COMPILING_SECONDS);
    const results = new Map(scenarios.map((scenario) => [scenario, [] as Measurement[]]));
    for (let round = 1; round <= rounds; round += 1) {
      console.log(`round ${round} of ${rounds}`);
      for (const scenario of scenarios) results.get(scenario)!.push(await measure(scenario));
    }
    for (const [scenario, measurements] of results) {
      const megabytes = mean(photos[scenario.kind].map(({ length }) => length)) / 1e6;
      console.log(`\n${render(scenario, measurements, megabytes)}`);
    }
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await limit.stop();
  }
}

function ensureResnet(): string {
  const directory = path.join(REPOSITORY, ".cache/bench-serving/resnet50");
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

function render({ kind, connections, servers }: Scenario, all: Measurement[], megabytes: number) {
  const column = (pick: (each: Measurement) => number, digits = 2) =>
    renderSpread(spread(all.map(pick)), digits);
  const of = (each: Measurement, name: ServerName) => each.servers[name]!;
  const kennelIs = (each: Measurement, name: ServerName) =>
    of(each, "kennel").photosPerSecond / of(each, name).photosPerSecond;
  const rows = servers.map((name) => [
    name,
    column((each) => of(each, name).photosPerSecond, 1),
    column((each) => of(each, name).photosPerSecond / each.limit.photosPerSecond),
    column((each) => of(each, name).photosPerSecond / each.model.photosPerSecond),
    name === "kennel" ? "-" : column((each) => kennelIs(each, name)),
    column((each) => of(each, name).processorTime, 1),
    column((each) => each.limit.processorTime / of(each, name).processorTime),
    column((each) => of(each, name).processorTime / of(each, "kennel").processorTime),
    column((each) => of(each, name).p99 / of(each, name).p50),
  ]);
  const { width, height } = PHOTO_KINDS[kind];
  const title = `${width} x ${height} pixels, ${megabytes.toFixed(2)} MB, ${connections} connections`;
  const alone = (what: "limit" | "model") =>
    `${column((each) => each[what].photosPerSecond, 1)} photos/s, ${column((each) => each[what].processorTime, 1)} ms of a core a photo`;
  const head = [
    "server",
    "photos/s",
    "of the limit",
    "of the model",
    "kennel's times",
    "ms of a core",
    "limit's share",
    "times kennel's",
    "p99/p50",
  ];
  return `### ${title}\n\nLimit: ${alone("limit")}. Model alone: ${alone("model")}.\n\n${table([head, ...rows])}`;
}

function middle(speeds: readonly Speed[]): Speed {
  return {
    photosPerSecond: mean(speeds.map(({ photosPerSecond }) => photosPerSecond)),
    processorTime: mean(speeds.map(({ processorTime }) => processorTime)),
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
