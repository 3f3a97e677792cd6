import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch";

/** One value of a metric. */
export interface Measurement {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly name: string;
  readonly unit: StandardUnit;
  readonly value: number;
}

const FLUSH_MILLISECONDS = 1000;

/** PutMetricData's limit. */
const DATA_AT_ONCE = 1000;

/** Puts metrics into CloudWatch: a set of statistics a second for each, however many values there are. */
export class Metrics {
  private readonly values = new Map<string, { measurement: Measurement; values: number[] }>();

  constructor(
    private readonly client: CloudWatchClient,
    private readonly namespace: string,
  ) {}

  add(measurement: Measurement): void {
    if (this.values.size === 0) {
      setTimeout(() => void this.flush(), FLUSH_MILLISECONDS).unref();
    }
    const key = JSON.stringify([measurement.name, measurement.dimensions]);
    const known = this.values.get(key) ?? { measurement, values: [] };
    known.values.push(measurement.value);
    this.values.set(key, known);
  }

  private async flush(): Promise<void> {
    const data = [...this.values.values()].map(datumOf);
    this.values.clear();
    while (data.length > 0) {
      const MetricData = data.splice(0, DATA_AT_ONCE);
      const command = new PutMetricDataCommand({ Namespace: this.namespace, MetricData });
      await this.client.send(command).catch(() => undefined);
    }
  }
}

function datumOf({
  measurement: { name, unit, dimensions },
  values,
}: {
  measurement: Measurement;
  values: readonly number[];
}): MetricDatum {
  return {
    MetricName: name,
    Unit: unit,
    Timestamp: new Date(),
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    StatisticValues: {
      SampleCount: values.length,
      Sum: values.reduce((sum, value) => sum + value, 0),
      Minimum: Math.min(...values),
      Maximum: Math.max(...values),
    },
  };
}
