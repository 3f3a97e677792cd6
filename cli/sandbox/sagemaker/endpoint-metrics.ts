import type { StandardUnit } from "@aws-sdk/client-cloudwatch";

import type { Metrics } from "../metrics";

/** An invocation as CloudWatch counts it. */
export interface Counted {
  readonly endpointName: string;
  readonly variantName: string;
  /** The container's HTTP status. */
  readonly status: number;
  readonly microseconds: number;
  /** Of the variant. */
  readonly instances: number;
}

/**
 * Counts an invocation of an endpoint.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export function countInvocation(metrics: Metrics, invocation: Counted): void {
  const { endpointName, variantName, status, microseconds, instances } = invocation;
  const dimensions = { EndpointName: endpointName, VariantName: variantName };
  const add = (name: string, value: number, unit: StandardUnit = "None") =>
    metrics.add({ dimensions, name, unit, value });
  add("Invocations", 1);
  add("InvocationsPerInstance", 1 / Math.max(1, instances));
  add("Invocation4XXErrors", status >= 400 && status < 500 ? 1 : 0);
  add("Invocation5XXErrors", status >= 500 ? 1 : 0);
  add("InvocationModelErrors", status < 300 ? 0 : 1);
  add("ModelLatency", microseconds, "Microseconds");
}
