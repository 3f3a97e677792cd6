import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

/** How an event ended. */
export type Outcome = "Classified" | "Refused" | "Throttled" | "Failed";

/** What is known about one event once it is answered; times in milliseconds. */
export interface Measurement {
  readonly outcome: Outcome;
  /** The failure's code, for a search in the log. */
  readonly code: string | undefined;
  readonly requestId: string | undefined;
  readonly totalMs: number;
  /** Absent where nothing was fetched. */
  fetchMs?: number;
  /** All attempts together, failed ones included; absent where the endpoint was not asked. */
  endpointMs?: number;
  photoBytes?: number;
  /** Calls of the endpoint until it answered, the first one included. */
  attempts?: number;
}

export type Measure = (measurement: Measurement) => void;

const OUTCOMES: readonly Outcome[] = ["Classified", "Refused", "Throttled", "Failed"];

/** Codes of failures that more capacity would have avoided. */
const THROTTLED_CODES = new Set(["throttled", "endpoint_busy", "overloaded"]);

/** Sorts a failure: the caller's mistake, too much at once, or something for the operator of the function. */
export function outcomeOf(failure: { code: string; statusCode: number } | undefined): Outcome {
  if (failure === undefined) return "Classified";
  if (failure.statusCode === 429 || THROTTLED_CODES.has(failure.code)) return "Throttled";
  return failure.statusCode < 500 ? "Refused" : "Failed";
}

/**
 * Makes the function that writes an event's metrics into the log, in CloudWatch's embedded metric format: CloudWatch reads them
 * there, which takes no call and no permission. Each outcome counts 0 or 1, so that its average is its share.
 *
 * @param endpointName the dimension; the namespace is Powertools' POWERTOOLS_METRICS_NAMESPACE, or "Kennel"
 */
export function createMeasure(endpointName: string, environment: NodeJS.ProcessEnv): Measure {
  // Elsewhere nobody reads them: a terminal would only be cluttered.
  if (!environment["AWS_LAMBDA_FUNCTION_NAME"]) return () => undefined;
  const metrics = new Metrics({
    namespace: environment["POWERTOOLS_METRICS_NAMESPACE"] || "Kennel",
    serviceName: environment["POWERTOOLS_SERVICE_NAME"] || "kennel-classify",
    defaultDimensions: { endpoint: endpointName },
  });
  return (measurement) => {
    for (const outcome of OUTCOMES) {
      metrics.addMetric(outcome, MetricUnit.Count, outcome === measurement.outcome ? 1 : 0);
    }
    const { totalMs, fetchMs, endpointMs, attempts, photoBytes } = measurement;
    const { Milliseconds, Count, Bytes } = MetricUnit;
    metrics.addMetric("Duration", Milliseconds, Math.round(totalMs));
    if (fetchMs !== undefined) metrics.addMetric("FetchDuration", Milliseconds, fetchMs);
    if (endpointMs !== undefined) metrics.addMetric("EndpointDuration", Milliseconds, endpointMs);
    if (attempts !== undefined) metrics.addMetric("EndpointAttempts", Count, attempts);
    if (photoBytes !== undefined) metrics.addMetric("PhotoSize", Bytes, photoBytes);
    if (measurement.code !== undefined) metrics.addMetadata("code", measurement.code);
    if (measurement.requestId !== undefined) {
      metrics.addMetadata("function_request_id", measurement.requestId);
    }
    metrics.publishStoredMetrics();
  };
}
