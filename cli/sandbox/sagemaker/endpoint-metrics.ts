import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch";

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

const FLUSH_MILLISECONDS = 1000;

/** PutMetricData takes 1,000 data at once. */
const VARIANTS_AT_ONCE = 100;

/**
 * Puts the metrics of endpoints into CloudWatch, a set of statistics a second and variant.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
 */
export class EndpointMetrics {
  private readonly counted: Counted[] = [];

  constructor(private readonly client: CloudWatchClient) {}

  add(invocation: Counted): void {
    if (this.counted.push(invocation) === 1) {
      setTimeout(() => void this.flush(), FLUSH_MILLISECONDS).unref();
    }
  }

  private async flush(): Promise<void> {
    const groups = new Map<string, Counted[]>();
    for (const each of this.counted.splice(0)) {
      const key = JSON.stringify([each.endpointName, each.variantName]);
      groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    const all = [...groups.values()];
    for (let start = 0; start < all.length; start += VARIANTS_AT_ONCE) {
      const MetricData = all.slice(start, start + VARIANTS_AT_ONCE).flatMap(dataOf);
      const command = new PutMetricDataCommand({ Namespace: "AWS/SageMaker", MetricData });
      await this.client.send(command).catch(() => undefined);
    }
  }
}

function dataOf(invocations: readonly Counted[]): MetricDatum[] {
  const [{ endpointName, variantName }] = invocations as [Counted];
  const Dimensions = [
    { Name: "EndpointName", Value: endpointName },
    { Name: "VariantName", Value: variantName },
  ];
  const Timestamp = new Date();
  const datum = (MetricName: string, Unit: StandardUnit, value: (each: Counted) => number) => {
    const values = invocations.map(value);
    const StatisticValues = {
      SampleCount: values.length,
      Sum: values.reduce((sum, each) => sum + each, 0),
      Minimum: Math.min(...values),
      Maximum: Math.max(...values),
    };
    return { MetricName, Dimensions, Timestamp, Unit, StatisticValues };
  };
  const isIn = (from: number) => (each: Counted) =>
    each.status >= from && each.status < from + 100 ? 1 : 0;
  return [
    datum("Invocations", "None", () => 1),
    datum("InvocationsPerInstance", "None", ({ instances }) => 1 / Math.max(1, instances)),
    datum("Invocation4XXErrors", "None", isIn(400)),
    datum("Invocation5XXErrors", "None", isIn(500)),
    datum("InvocationModelErrors", "None", ({ status }) => (status < 300 ? 0 : 1)),
    datum("ModelLatency", "Microseconds", ({ microseconds }) => microseconds),
  ];
}
