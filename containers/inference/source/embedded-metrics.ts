/** Maximum number of values of a metric that CloudWatch accepts in one log line. */
const mostValues = 100;
const periodMs = 60_000;

/** The metrics; `Errors` are requests that the server itself failed (5xx). */
const units = {
  QueueTime: "Milliseconds",
  DecodeTime: "Milliseconds",
  InferenceTime: "Milliseconds",
  TotalTime: "Milliseconds",
  Requests: "Count",
  Errors: "Count",
} as const;

type Metric = keyof typeof units;
export type Observation = Readonly<Partial<Record<Metric, number>>>;

export interface EmbeddedMetricsOptions {
  /** Names and values of the dimensions; asked for with each line, because the model's name is known late. */
  readonly dimensions: () => Readonly<Record<string, string>>;
  /** Writes a line to standard output. */
  readonly write: (line: string) => void;
}

/**
 * CloudWatch's embedded metric format: log lines that CloudWatch Logs turns into metrics, so that an isolated container needs no
 * way to CloudWatch. Values are collected: one line a minute, or a hundred requests.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export class EmbeddedMetrics {
  private values = new Map<Metric, number[]>();
  private timer?: NodeJS.Timeout;

  constructor(private readonly options: EmbeddedMetricsOptions) {}

  observe(observation: Observation): void {
    for (const [name, value] of Object.entries(observation) as [Metric, number][]) {
      const values = this.values.get(name) ?? [];
      this.values.set(name, [...values, Math.round(value * 100) / 100]);
      if (values.length + 1 === mostValues) this.flush();
    }
    this.timer ??= setTimeout(() => this.flush(), periodMs).unref();
  }

  /** Writes what has been collected; to be called before the process ends. */
  flush(): void {
    clearTimeout(this.timer);
    delete this.timer;
    if (this.values.size === 0) return;
    const dimensions = this.options.dimensions();
    const names = [...this.values.keys()];
    const line = {
      _aws: {
        Timestamp: Date.now(),
        CloudWatchMetrics: [
          {
            Namespace: "Kennel/Inference",
            Dimensions: [Object.keys(dimensions)],
            Metrics: names.map((name) => ({ Name: name, Unit: units[name] })),
          },
        ],
      },
      ...dimensions,
      ...Object.fromEntries(this.values),
    };
    this.values = new Map();
    this.options.write(`${JSON.stringify(line)}\n`);
  }
}
