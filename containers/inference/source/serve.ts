import "./libuv-threads";
import { endIdleWorkers, startWorker } from "./early-workers";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { Classifier } from "./classifier";
import { EmbeddedMetrics } from "./embedded-metrics";
import { messageOf, StartupError } from "./errors";
import { photoFetcher } from "./http/photo-fetcher";
import { createServer } from "./http/server";
import { LogOutput } from "./log-output";
import { readSettings, type Settings } from "./settings";

/** Where the server is in its life. */
interface Life {
  stopping: boolean;
}

async function main(): Promise<void> {
  checkArguments(process.argv.slice(2));
  const settings = readSettings(process.env);
  const life: Life = { stopping: false };
  const log = new LogOutput((text) => process.stdout.write(text));
  process.on("exit", () => log.flush());
  const classifier = new Classifier({
    settings,
    startWorker,
    onWarning: (message) => app.log.warn(message),
  });
  const notReadyReason = () =>
    life.stopping ? "the server is stopping" : classifier.notReadyReason;
  const app = createServer({
    settings,
    classifier,
    notReadyReason,
    isStopping: () => life.stopping,
    log,
    ...(settings.embeddedMetrics && { embeddedMetrics: embeddedMetrics(settings, classifier) }),
    ...(settings.fetchPhotos && { fetchPhoto: photoFetcher(settings) }),
  });
  stopOnSignal(app, classifier, life, settings.drainMs);
  const port = await listen(app, settings);
  app.log.info({ event: "listening", port, address: settings.address }, "listening");
  app.log.info({ event: "not_ready" }, `not ready: ${notReadyReason() ?? "starting"}`);
  const startedAt = performance.now();
  await classifier.load();
  const model = await classifier.modelName();
  const loadMs = Math.round(performance.now() - startedAt);
  app.log.info(
    {
      event: "ready",
      port,
      model,
      workers: settings.workers,
      max_batch: classifier.maxBatch,
      load_ms: loadMs,
    },
    "ready",
  );
}

function embeddedMetrics(settings: Settings, classifier: Classifier): EmbeddedMetrics {
  const metrics = new EmbeddedMetrics({
    dimensions: () => ({
      ...(settings.endpointName && { Endpoint: settings.endpointName }),
      ...(settings.variantName && { Variant: settings.variantName }),
      Model: classifier.knownModelName ?? "unknown",
    }),
    write: (line) => process.stdout.write(line),
  });
  process.on("exit", () => metrics.flush());
  return metrics;
}

function checkArguments(given: readonly string[]): void {
  if (given.length === 0 || (given.length === 1 && given[0] === "serve")) return;
  throw new StartupError(
    `unknown arguments "${given.join(" ")}": expected "serve" or none; everything else is set by environment variables`,
  );
}

async function listen(app: FastifyInstance, settings: Settings): Promise<number> {
  const { port, address } = settings;
  const { level } = app.log;
  app.log.level = "silent"; // Fastify's own line has no event and no port: ours follows.
  try {
    await app.listen({ port, host: address });
  } catch (error) {
    throw new StartupError(listenProblem(error as NodeJS.ErrnoException, port, address));
  } finally {
    app.log.level = level;
  }
  return (app.server.address() as AddressInfo).port;
}

function listenProblem(error: NodeJS.ErrnoException, port: number, address: string): string {
  const other = "set SAGEMAKER_BIND_TO_PORT to another port (0 takes any free one)";
  if (error.code === "EADDRINUSE") return `port ${port} on ${address} is in use: ${other}`;
  if (error.code === "EACCES") return `port ${port} on ${address} is not allowed: ${other}`;
  return `can't listen on ${address} port ${port} (${messageOf(error)}): check SAGEMAKER_BIND_TO_ADDRESS`;
}

/** SageMaker sends SIGTERM and kills the container 30 s later. */
function stopOnSignal(
  app: FastifyInstance,
  classifier: Classifier,
  life: Life,
  drainMs: number,
): void {
  const stop = async (signal: string) => {
    if (life.stopping) return;
    life.stopping = true;
    const inFlight = classifier.admission.inFlight;
    app.log.info({ event: "stopping", signal, in_flight: inFlight }, "stopping");
    const drained = app.close().then(() => true);
    const complete = await Promise.race([drained, wait(drainMs, false, { ref: false })]);
    if (!complete) app.log.warn({ event: "drain_timeout" }, "some requests were not answered");
    // What clients have given up is still being computed; with the default drain time, SageMaker's kill is 5 s away at least.
    await Promise.race([classifier.close(), wait(4000)]);
    app.log.info({ event: "stopped" }, "stopped");
    process.exit(0);
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

main().catch(async (error: unknown) => {
  const text = error instanceof StartupError ? error.message : `unexpected: ${messageOf(error)}`;
  process.stderr.write(`kennel inference: ${text}\n`);
  // A process that ends while a thread loads native code may die of it instead of saying 1.
  await Promise.race([endIdleWorkers(), wait(2000)]);
  process.exit(1);
});
