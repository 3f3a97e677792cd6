import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Where the figures of trainings appear among the metrics. */
export const trainingMetricNamespace = "Kennel/Training";

/** train.py's line after each epoch, word by word; what stands in place of `value` becomes the metric. */
function epochPattern(metric: "trainingLoss" | "validationLoss" | "validationAccuracy"): string {
  const word = (name: typeof metric): string => (name === metric ? "value" : name);
  return (
    `[a="Epoch", number, b="Training", c="Loss:", ${word("trainingLoss")}, d="-", ` +
    `e="Validation", f="Loss:", ${word("validationLoss")}, g="-", ` +
    `h="Validation", i="Accuracy:", ${word("validationAccuracy")}]`
  );
}

/** Metrics and the lines of train.py that they are read from. */
const patterns: Readonly<Record<string, string>> = {
  TrainingLoss: epochPattern("trainingLoss"),
  ValidationLoss: epochPattern("validationLoss"),
  ValidationAccuracy: epochPattern("validationAccuracy"),
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
