import { type CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { MetricDefinition } from "@aws-sdk/client-sagemaker";

import type { TrainingJob } from "./training-job";

const NAMESPACE = "/aws/sagemaker/TrainingJobs";

/** Reads a job's metrics from its log, by the regular expressions of its MetricDefinitions; the first group is the value. */
export class TrainingMetrics {
  private readonly definitions: { readonly name: string; readonly pattern: RegExp }[];

  constructor(
    private readonly job: TrainingJob,
    private readonly client: CloudWatchClient,
    definitions: readonly MetricDefinition[] = [],
  ) {
    this.definitions = definitions.map(({ Name, Regex }) => ({
      name: Name!,
      pattern: new RegExp(Regex!),
    }));
  }

  /** @param host such as `algo-1` */
  read(line: string, host: string): void {
    for (const { name, pattern } of this.definitions) {
      const Value = Number(pattern.exec(line)?.[1]);
      if (!Number.isNaN(Value)) {
        const Timestamp = new Date();
        this.job.metrics.set(name, { MetricName: name, Value, Timestamp });
        const Dimensions = [{ Name: "Host", Value: `${this.job.name}/${host}` }];
        const MetricData = [{ MetricName: name, Dimensions, Value, Timestamp }];
        const command = new PutMetricDataCommand({ Namespace: NAMESPACE, MetricData });
        this.client.send(command).catch(() => undefined);
      }
    }
  }
}
