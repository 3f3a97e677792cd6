import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where the figures of trainings appear among the metrics. */
export const trainingMetricNamespace = "Kennel/Training";

/** Metrics and the lines of train.py that they are read from, word by word. */
const patterns: Readonly<Record<string, string>> = {
  ValidationAccuracy:
    '[a="Epoch", number, b="Training", c="Loss:", loss, d="Validation", e="Loss:", validation, f="Validation", g="Accuracy:", value]',
  TestingLoss: '[a="Testing", b="Loss:", value]',
  TestingAccuracy: '[a="Testing", b="Accuracy:", value]',
};

/** Turns the figures that train.py prints into metrics. */
export function trainingMetrics(
  name: string,
  logGroupName: pulumi.Input<string>,
  options: pulumi.CustomResourceOptions,
): void {
  for (const [metric, pattern] of Object.entries(patterns)) {
    new aws.cloudwatch.LogMetricFilter(
      `${name}-${metric}`,
      {
        logGroupName,
        pattern,
        metricTransformation: {
          namespace: trainingMetricNamespace,
          name: metric,
          value: "$value",
        },
      },
      options,
    );
  }
}
