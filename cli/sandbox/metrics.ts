import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch";

type Dimensions = Readonly<Record<string, string>>;

/** What was measured of a metric. */
interface Measurements {
  readonly dimensions: Dimensions;
  readonly name: string;
  readonly unit: StandardUnit;
  readonly values: number[];
}

const FLUSH_MILLISECONDS = 1000;

/** Puts metrics into CloudWatch: a set of statistics a second for each, however many values there are. */
export class Metrics {
  private readonly measured = new Map<string, Measurements>();

  constructor(
    private readonly client: CloudWatchClient,
    private readonly namespace: string,
  ) {}

  /** @param values of metrics by their names */
  add(dimensions: Dimensions, unit: StandardUnit, values: Readonly<Record<string, number>>): void {
    if (this.measured.size === 0) {
      setTimeout(() => void this.flush(), FLUSH_MILLISECONDS).unref();
    }
    for (const [name, value] of Object.entries(values)) {
      const key = JSON.stringify([name, dimensions]);
      const known = this.measured.get(key) ?? { dimensions, name, unit, values: [] };
      known.values.push(value);
      this.measured.set(key, known);
    }
  }

  private async flush(): Promise<void> {
    const MetricData = [...this.measured.values()].map(datumOf);
    this.measured.clear();
    const command = new PutMetricDataCommand({ Namespace: this.namespace, MetricData });
    await this.client.send(command).catch(() => undefined);
  }
}

function datumOf({ dimensions, name, unit, values }: Measurements): MetricDatum {
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
