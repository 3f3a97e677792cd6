import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Classification } from "./inference/pool";
import type { EmbeddedMetrics } from "./embedded-metrics";

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What /metrics shows, and CloudWatch where that is wanted, in Prometheus's conventions: seconds, and totals that only grow. */
export class Metrics {
  readonly registry = new Registry();
  private readonly queue = this.histogram("queue", "Waiting for a worker");
  private readonly decode = this.histogram("decode", "Decoding, resizing and cropping");
  private readonly inference = this.histogram("inference", "In the model");
  private readonly total = this.histogram("total", "From the received request to its answer");
  private readonly requests = new Counter({
    name: "kennel_requests_total",
    help: "Invocations answered, by HTTP status",
    labelNames: ["status"],
    registers: [this.registry],
  });
  private readonly rejected = new Counter({
    name: "kennel_rejected_total",
    help: "Invocations that were not classified, by error code",
    labelNames: ["code"],
    registers: [this.registry],
  });

  /**
   * @param inFlight photos admitted at the moment
   * @param embedded what CloudWatch is to see
   */
  constructor(
    inFlight: () => number,
    private readonly embedded?: EmbeddedMetrics,
  ) {
    const gauge: Gauge = new Gauge({
      name: "kennel_in_flight",
      help: "Photos admitted: waiting or in work",
      registers: [this.registry],
      collect: () => gauge.set(inFlight()),
    });
    collectProcessMetrics(this.registry);
  }

  classified({ queueMs, decodeMs, inferenceMs }: Classification): void {
    this.queue.observe(queueMs / 1000);
    this.decode.observe(decodeMs / 1000);
    this.inference.observe(inferenceMs / 1000);
    this.embedded?.observe({
      QueueTime: queueMs,
      DecodeTime: decodeMs,
      InferenceTime: inferenceMs,
    });
  }

  answered(status: number, totalMs: number, errorCode?: string): void {
    this.requests.inc({ status });
    this.total.observe(totalMs / 1000);
    this.embedded?.observe({ TotalTime: totalMs, Requests: 1, Errors: status >= 500 ? 1 : 0 });
    if (errorCode) this.rejected.inc({ code: errorCode });
  }

  private histogram(stage: string, help: string): Histogram {
    const name = `kennel_${stage}_seconds`;
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

const never = 0x7fff_ffff;

/**
 * What prom-client tells of Node.js, but for the percentiles of its event loop's lag: for those, a timer wakes up a hundred times
 * a second.
 */
function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: never });
  for (const { name } of registry.getMetricsAsArray()) {
    if (/^nodejs_eventloop_lag_.+_seconds$/.test(name)) registry.removeSingleMetric(name);
  }
}
