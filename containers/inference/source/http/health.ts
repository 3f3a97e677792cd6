import type { FastifyInstance } from "fastify";
import { RequestError } from "../errors";
import type { Metrics } from "../metrics";
import type { Settings } from "../settings";

export interface HealthOptions {
  readonly settings: Settings;
  readonly metrics: Metrics;
  /** Why no photo can be classified now; undefined if one can. */
  readonly notReadyReason: () => string | undefined;
}

const megabyte = 1024 * 1024;
/** SageMaker's bound on MaxConcurrentTransforms x MaxPayloadInMB. */
const batchTransformMegabytes = 100;

/** What SageMaker and operators ask: /ping, /execution-parameters and /metrics. */
export function addHealthRoutes(app: FastifyInstance, options: HealthOptions): void {
  const { settings, metrics, notReadyReason } = options;

  app.get("/ping", async () => {
    const reason = notReadyReason();
    if (reason) throw new RequestError("not_ready", `Not ready: ${reason}.`);
    return { status: "ready" };
  });

  app.get("/execution-parameters", async () => {
    const concurrency = Math.min(2 * settings.workers, batchTransformMegabytes);
    const payload = Math.floor(
      Math.min(settings.maxBodyBytes / megabyte, batchTransformMegabytes / concurrency),
    );
    return {
      MaxConcurrentTransforms: concurrency,
      BatchStrategy: "SINGLE_RECORD",
      MaxPayloadInMB: Math.max(payload, 1),
    };
  });

  app.get("/metrics", async (_request, reply) => {
    void reply.type(metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
