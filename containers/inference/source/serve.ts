import "./environment";
import { endWorkers, startWorker } from "./workers";
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
const life = { stopping: false };
/** Milliseconds that workers have for what they have begun, when all requests are answered or given up. */
const longestEndMs = 4000;

async function main(): Promise<void> {
  checkArguments(process.argv.slice(2));
  const settings = readSettings(process.env);
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
  stopOnSignal(app, classifier, settings.drainMs);
  const port = await listen(app, settings);
  app.log.info({ event: "listening", port, address: settings.address }, "listening");
  app.log.info({ event: "not_ready" }, `not ready: ${notReadyReason() ?? "starting"}`);
  const startedAt = performance.now();
  await classifier.load();
  const loadMs = Math.round(performance.now() - startedAt);
  app.log.info(
    {
      event: "ready",
      port,
      model: classifier.modelName,
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
      Model: classifier.modelName ?? "unknown",
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
function stopOnSignal(app: FastifyInstance, classifier: Classifier, drainMs: number): void {
  const stop = async (signal: string) => {
    if (life.stopping) return;
    life.stopping = true;
    const inFlight = classifier.admission.inFlight;
    app.log.info({ event: "stopping", signal, in_flight: inFlight }, "stopping");
    // With the default drain time, SageMaker's kill comes a second after this.
    const lastMoment = wait(drainMs + longestEndMs, false, { ref: false });
    const drained = app.close().then(() => true);
    const complete = await Promise.race([drained, wait(drainMs, false, { ref: false })]);
    if (!complete) app.log.warn({ event: "drain_timeout" }, "some requests were not answered");
    // What clients have given up is still being computed, and a model may still be loading.
    const ended = classifier
      .close()
      .then(endWorkers)
      .then(() => true);
    if (await Promise.race([ended, lastMoment])) {
      app.log.info({ event: "stopped" }, "stopped");
      process.exit(0);
    }
    app.log.error({ event: "worker_timeout" }, "a worker did not end: the process is killed");
    kill();
  };
  process.on("SIGTERM", (signal) => void stop(signal));
  process.on("SIGINT", (signal) => void stop(signal));
}

/** Leaves at once: `process.exit` would end workers within native code, and so abort with a core dump. */
function kill(): void {
  process.emit("exit", 1); // So that the log and the metrics are written out.
  process.kill(process.pid, "SIGKILL");
}

main().catch(async (error: unknown) => {
  if (life.stopping) return; // Whatever was to start has been stopped.
  const text = error instanceof StartupError ? error.message : `unexpected: ${messageOf(error)}`;
  process.stderr.write(`kennel inference: ${text}\n`);
  // The other workers may be loading the same model.
  await Promise.race([endWorkers(), wait(20_000)]);
  process.exit(1);
});
