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

const flag = z
  .enum(["true", "false"], 'expected "true" or "false"')
  .transform((value) => value === "true")
  .default(false);

const userId = process.getuid?.() ?? 0;
const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const schema = z
  .object({
    SM_MODEL_DIR: z.string().default("/opt/ml/model"),
    SAGEMAKER_BIND_TO_PORT: wholeNumber(0, 65_535, 8080),
    SAGEMAKER_BIND_TO_ADDRESS: z.string().default("0.0.0.0"),
    KENNEL_WORKERS: wholeNumber(1, 256, cores).removeDefault().optional(),
    KENNEL_THREADS_PER_WORKER: wholeNumber(1, 256, 1),
    KENNEL_LONE_THREADS: wholeNumber(1, 256, cores),
    KENNEL_EXECUTION_PROVIDER: z
      .enum(executionProviders, `expected one of ${executionProviders.join(", ")}`)
      .default("cpu"),
    KENNEL_MAX_BATCH: wholeNumber(1, 256, 2),
    KENNEL_BATCH_WINDOW_MS: wholeNumber(0, 10_000, 0),
    KENNEL_MAX_IN_FLIGHT: wholeNumber(1, 100_000, Math.max(16, 12 * cores)),
    KENNEL_DEADLINE_MS: wholeNumber(1, 3_600_000, 30_000),
    KENNEL_REQUEST_TIMEOUT_MS: wholeNumber(100, 3_600_000, 30_000),
    KENNEL_DRAIN_MS: wholeNumber(0, 3_600_000, 25_000),
    KENNEL_MAX_BODY_BYTES: wholeNumber(1, 104_857_600, 26_214_400),
    KENNEL_MAX_BUFFERED_BYTES: wholeNumber(1, 1e12, 268_435_456),
    KENNEL_MAX_PIXELS: wholeNumber(1, 1_000_000_000, 65_000_000),
    KENNEL_CACHE_DIR: z.string().default(join(tmpdir(), `kennel-inference-${userId}`)),
    KENNEL_FETCH_PHOTOS: flag,
    KENNEL_EMBEDDED_METRICS: flag,
    KENNEL_ENDPOINT_NAME: z.string().max(255).default(""),
    KENNEL_VARIANT_NAME: z.string().max(255).default(""),
    KENNEL_LOG_LEVEL: z.enum(logLevels, `expected one of ${logLevels.join(", ")}`).default("info"),
  })
  .transform((environment) => ({
    /** Directory with model.onnx, classes.json and preprocess.json. */
    modelDirectory: environment.SM_MODEL_DIR,
    /** TCP port; 0 takes any free one. */
    port: environment.SAGEMAKER_BIND_TO_PORT,
    address: environment.SAGEMAKER_BIND_TO_ADDRESS,
    /** Worker threads, each with one ONNX Runtime session. */
    workers:
      environment.KENNEL_WORKERS ??
      // Workers also decode photos: while one does, a graphics processor has another one's.
      (environment.KENNEL_EXECUTION_PROVIDER === "cpu" ? cores : Math.min(cores, 4)),
    /** Threads that each session computes with. */
    threadsPerWorker: environment.KENNEL_THREADS_PER_WORKER,
    /**
     * Threads for a photo that comes while nothing else is computed; no more than threadsPerWorker means that it is treated like
     * any other.
     */
    loneThreads: environment.KENNEL_LONE_THREADS,
    executionProvider: environment.KENNEL_EXECUTION_PROVIDER,
    /** Photos that a worker computes at once, at most. */
    maxBatch: environment.KENNEL_MAX_BATCH,
    /** Milliseconds that a photo waits for others to be computed with, at most. */
    batchWindowMs: environment.KENNEL_BATCH_WINDOW_MS,
    /** Photos admitted at once, waiting or in work; the next one is answered 503. */
    maxInFlight: environment.KENNEL_MAX_IN_FLIGHT,
    /** Milliseconds from a received request to its answer; 504 after that. */
    deadlineMs: environment.KENNEL_DEADLINE_MS,
    /** Milliseconds a client may take to send a whole request. */
    requestTimeoutMs: environment.KENNEL_REQUEST_TIMEOUT_MS,
    /** Milliseconds after SIGTERM within which accepted requests are still answered. */
    drainMs: environment.KENNEL_DRAIN_MS,
    /** Largest body. */
    maxBodyBytes: environment.KENNEL_MAX_BODY_BYTES,
    /** Maximum number of bytes of all bodies that are being received, waiting or in work. */
    maxBufferedBytes: environment.KENNEL_MAX_BUFFERED_BYTES,
    /** Pixels (width x height) of the largest photo that is decoded; twice as many where it is decoded at reduced size. */
    maxPixels: environment.KENNEL_MAX_PIXELS,
    /** Where the graph that ONNX Runtime optimised for this processor is kept between starts. */
    cacheDirectory: environment.KENNEL_CACHE_DIR,
    fetchPhotos: environment.KENNEL_FETCH_PHOTOS,
    /** Whether the log has CloudWatch's embedded metrics. */
    embeddedMetrics: environment.KENNEL_EMBEDDED_METRICS,
    /** Their dimensions, where they are not empty. */
    endpointName: environment.KENNEL_ENDPOINT_NAME,
    variantName: environment.KENNEL_VARIANT_NAME,
    logLevel: environment.KENNEL_LOG_LEVEL,
  }));

export type Settings = Readonly<z.output<typeof schema>>;

/**
 * Reads the server's settings from environment variables; an empty variable counts as unset.
 * @throws StartupError naming every variable with a wrong value and what is allowed
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name}=${environment[name] ?? ""}: ${message}`;
  });
  throw new StartupError(problems.join("; "));
}
