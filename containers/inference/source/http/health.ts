import type { FastifyInstance } from "fastify";
import { checkReady, type RouteOptions } from "./options";

const megabyte = 1024 * 1024;
/** SageMaker's bound on MaxConcurrentTransforms x MaxPayloadInMB. */
const batchTransformMegabytes = 100;

/** What SageMaker and operators ask: /ping, /execution-parameters and /metrics. */
export function addHealthRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { settings, metrics } = options;

  app.get("/ping", async () => {
    checkReady(options);
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
