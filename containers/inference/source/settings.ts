import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { StartupError } from "./errors";
import { executionProviders } from "./inference/messages";

const cores = availableParallelism();

function wholeNumber(minimum: number, maximum: number, fallback: number) {
  const expected = `expected a whole number from ${minimum} to ${maximum}, for example ${fallback}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, expected)
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, expected)
    .default(fallback);
}

function oneOf<T extends string>(names: readonly T[]) {
  return z.enum(names, `expected one of ${names.join(", ")}`);
}

const flag = z
  .enum(["true", "false"], 'expected "true" or "false"')
  .transform((value) => value === "true")
  .default(false);

const userId = process.getuid?.() ?? 0;
const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Each setting's environment variable, and what is allowed in it. */
const variables = {
  /** Directory with model.onnx, classes.json and preprocess.json. */
  modelDirectory: ["SM_MODEL_DIR", z.string().default("/opt/ml/model")],
  /** TCP port; 0 takes any free one. */
  port: ["SAGEMAKER_BIND_TO_PORT", wholeNumber(0, 65_535, 8080)],
  address: ["SAGEMAKER_BIND_TO_ADDRESS", z.string().default("0.0.0.0")],
  /** Worker threads, each with one ONNX Runtime session. */
  workers: ["KENNEL_WORKERS", wholeNumber(1, 256, cores).removeDefault().optional()],
  /** Threads that each session computes with. */
  threadsPerWorker: ["KENNEL_THREADS_PER_WORKER", wholeNumber(1, 256, 1)],
  /**
   * Threads for a photo that comes while nothing else is computed; no more than threadsPerWorker means that it is treated like
   * any other.
   */
  loneThreads: ["KENNEL_LONE_THREADS", wholeNumber(1, 256, cores)],
  executionProvider: ["KENNEL_EXECUTION_PROVIDER", oneOf(executionProviders).default("cpu")],
  /** Maximum number of photos that a worker computes at once. */
  maxBatch: ["KENNEL_MAX_BATCH", wholeNumber(1, 256, 2)],
  /** Maximum number of milliseconds that a photo waits for others to be computed with. */
  batchWindowMs: ["KENNEL_BATCH_WINDOW_MS", wholeNumber(0, 10_000, 0)],
  /** Photos admitted at once, waiting or in work; the next one is answered 503. */
  maxInFlight: ["KENNEL_MAX_IN_FLIGHT", wholeNumber(1, 100_000, Math.max(16, 12 * cores))],
  /** Milliseconds from a received request to its answer; 504 after that. */
  deadlineMs: ["KENNEL_DEADLINE_MS", wholeNumber(1, 3_600_000, 30_000)],
  /** Milliseconds a client may take to send a whole request. */
  requestTimeoutMs: ["KENNEL_REQUEST_TIMEOUT_MS", wholeNumber(100, 3_600_000, 30_000)],
  /** Milliseconds after SIGTERM within which accepted requests are still answered. */
  drainMs: ["KENNEL_DRAIN_MS", wholeNumber(0, 3_600_000, 25_000)],
  /** Largest body. */
  maxBodyBytes: ["KENNEL_MAX_BODY_BYTES", wholeNumber(1, 104_857_600, 26_214_400)],
  /** Maximum number of bytes of all bodies that are being received, waiting or in work. */
  maxBufferedBytes: ["KENNEL_MAX_BUFFERED_BYTES", wholeNumber(1, 1e12, 268_435_456)],
  /** Pixels (width x height) of the largest photo that is decoded; twice as many where it is decoded at reduced size. */
  maxPixels: ["KENNEL_MAX_PIXELS", wholeNumber(1, 1_000_000_000, 65_000_000)],
  /** Where the graph that ONNX Runtime optimised for this processor is kept between starts. */
  cacheDirectory: [
    "KENNEL_CACHE_DIR",
    z.string().default(join(tmpdir(), `kennel-inference-${userId}`)),
  ],
  fetchPhotos: ["KENNEL_FETCH_PHOTOS", flag],
  /** Whether the log has CloudWatch's embedded metrics. */
  embeddedMetrics: ["KENNEL_EMBEDDED_METRICS", flag],
  /** Their dimensions, where they are not empty. */
  endpointName: ["KENNEL_ENDPOINT_NAME", z.string().max(255).default("")],
  variantName: ["KENNEL_VARIANT_NAME", z.string().max(255).default("")],
  logLevel: ["KENNEL_LOG_LEVEL", oneOf(logLevels).default("info")],
} as const;

type Values = { readonly [K in keyof typeof variables]: z.output<(typeof variables)[K][1]> };
export type Settings = Values & { readonly workers: number };

/**
 * Reads the server's settings from environment variables; an empty variable counts as unset.
 * @throws StartupError naming every variable with a wrong value and what is allowed
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const entries = Object.entries(variables).map(([name, [variable, kind]]) => {
    const given = environment[variable] || undefined;
    const { data, error } = kind.safeParse(given);
    if (error) problems.push(`${variable}=${given}: ${error.issues[0]!.message}`);
    return [name, data];
  });
  if (problems.length > 0) throw new StartupError(problems.join("; "));
  const values = Object.fromEntries(entries) as Values;
  // Workers also decode photos: while one does, a graphics processor has another one's.
  const usual = values.executionProvider === "cpu" ? cores : Math.min(cores, 4);
  return { ...values, workers: values.workers ?? usual };
}
