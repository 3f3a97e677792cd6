import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { buildServer } from "../../containers/inference/build";

/** How a server is started. */
export interface Start {
  readonly command: string;
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface Place {
  readonly modelDirectory: string;
  readonly port: number;
  /** Two ports beside it, for servers that want them. */
  readonly otherPorts: readonly [number, number];
  /** An empty folder of this start's own. */
  readonly scratch: string;
  /** A folder that outlives the start, for what a server keeps between starts. */
  readonly cache: string;
  readonly python: string;
}

export interface Contestant {
  readonly name: string;
  readonly needsPython: boolean;
  /** TorchServe runs torch's own graph, of which there is no INT8 one. */
  readonly needsTorchModel: boolean;
  readonly start: (place: Place) => Start;
}

const kennel: Contestant = {
  name: "kennel",
  needsPython: false,
  needsTorchModel: false,
  start: ({ modelDirectory, port, cache }) => ({
    command: process.execPath,
    options: ["--max-semi-space-size=1", path.join(buildServer(), "serve.js"), "serve"],
    environment: {
      SM_MODEL_DIR: modelDirectory,
      SAGEMAKER_BIND_TO_PORT: String(port),
      SAGEMAKER_BIND_TO_ADDRESS: "127.0.0.1",
      KENNEL_CACHE_DIR: cache,
      ...ownSettings(process.env),
      MALLOC_ARENA_MAX: "2",
    },
  }),
};

/** The benchmark's own environment may change the server's settings, to compare them. */
function ownSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      name.startsWith("KENNEL_") && value !== undefined ? [[name, value]] : [],
    ),
  );
}

const fastapi: Contestant = {
  name: "fastapi",
  needsPython: true,
  needsTorchModel: false,
  start: ({ modelDirectory, port, python }) => ({
    command: python,
    options: [path.join(__dirname, "fastapi_server.py")],
    environment: {
      SM_MODEL_DIR: modelDirectory,
      SAGEMAKER_BIND_TO_PORT: String(port),
      MALLOC_ARENA_MAX: "2",
      ORT_DISABLE_TELEMETRY: "1",
    },
  }),
};

function torchserve(tuned: boolean): Contestant {
  return {
    name: tuned ? "torchserve-tuned" : "torchserve",
    needsPython: true,
    needsTorchModel: true,
    start: (place) => {
      const store = archivedModel(place);
      const configuration = path.join(place.scratch, "config.properties");
      const [management, metrics] = place.otherPorts;
      const lines = [
        `inference_address=http://127.0.0.1:${place.port}`,
        `management_address=http://127.0.0.1:${management}`,
        `metrics_address=http://127.0.0.1:${metrics}`,
        "load_models=kennel",
        `default_workers_per_model=${availableParallelism()}`,
        "max_request_size=30000000",
        ...(tuned ? ["disable_system_metrics=true", "prefer_direct_buffer=true"] : []),
      ];
      writeFileSync(configuration, `${lines.join("\n")}\n`);
      const run = ["-m", "ts.model_server", "--foreground", "--no-config-snapshots"];
      const where = ["--disable-token-auth", "--model-store", store, "--ts-config", configuration];
      return {
        command: place.python,
        options: [...run, ...where],
        environment: {
          LOG_LOCATION: place.scratch,
          METRICS_LOCATION: place.scratch,
          TEMP: place.scratch,
          TMPDIR: place.scratch,
          // One thread a worker, for there is a worker a core.
          ...(tuned && { TUNED: "1", OMP_NUM_THREADS: "1" }),
        },
      };
    },
  };
}

/** The folder that TorchServe loads models from. */
function archivedModel({ modelDirectory, python, cache }: Place): string {
  const store = path.join(cache, "model-store");
  if (existsSync(path.join(store, "kennel"))) return store;
  mkdirSync(store, { recursive: true });
  const handler = path.join(__dirname, "torchserve_handler.py");
  const options: Readonly<Record<string, string>> = {
    "--model-name": "kennel",
    "--version": "1",
    "--handler": handler,
    "--extra-files": path.join(modelDirectory, "network.pt"),
    "--archive-format": "no-archive",
    "--export-path": store,
  };
  execFileSync(
    path.join(path.dirname(python), "torch-model-archiver"),
    Object.entries(options).flat(),
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  return store;
}

export const CONTESTANTS: readonly Contestant[] = [
  kennel,
  fastapi,
  torchserve(false),
  torchserve(true),
];
