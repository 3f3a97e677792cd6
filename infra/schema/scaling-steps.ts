import { z } from "zod";

/** Maximum number of steps of one policy (Application Auto Scaling, "Quotas"). */
const maximumSteps = 20;

/** What steps can look at, each with its unit. */
export const stepMetrics = {
  invocations: "invocations a minute and instance",
  concurrency: "simultaneous requests to each instance",
  backlog: "waiting requests for each instance",
  latency: "milliseconds in the model",
  cpu: "percent of one processor core",
  gpu: "percent of one GPU",
} as const;

/** What steps can look at. */
export type StepMetric = keyof typeof stepMetrics;

const value = z.number().min(0).max(1_000_000_000);
const change = z.int().min(1).max(100);

const steps = <T extends z.ZodRawShape>(step: T, description: string, example: object[]) =>
  z
    .array(z.strictObject(step).meta({ example: JSON.stringify(example[0]) }))
    .min(1)
    .max(maximumSteps)
    .meta({
      description,
      allowed: `a list of 1 to ${maximumSteps} steps`,
      example: JSON.stringify(example),
    });

/**
 * Scaling in steps, under `scaling.steps`.
 *
 * A step begins where the one before it ends, so that there can be no gap and no overlap, which Application Auto Scaling
 * refuses (StepAdjustment); the outermost step has no end.
 */
export const stepsSchema = z
  .strictObject({
    metric: z.enum(["invocations", "concurrency", "backlog", "latency", "cpu", "gpu"]).meta({
      description: `What is looked at every minute: ${Object.entries(stepMetrics)
        .map(([metric, unit]) => `${metric} (${unit})`)
        .join(", ")}`,
      example: "latency",
    }),
    aggregation: z.enum(["average", "minimum", "maximum"]).default("average").meta({
      description: "How the values of a minute become one; invocations are always added up",
      example: "maximum",
    }),
    unit: z.enum(["instances", "percent"]).default("instances").meta({
      description: "What add and remove count: instances, or percent of those there are",
      example: "percent",
    }),
    scaleOut: steps(
      {
        from: value.meta({
          description: "Value of the metric that this step begins at",
          allowed: "a number from 0",
          example: "600",
        }),
        add: change.meta({ description: "How many are added", example: "1" }),
      },
      "Steps of growing load, the lowest first: at that load the alarm goes off",
      [
        { from: 600, add: 1 },
        { from: 1200, add: 3 },
      ],
    ),
    scaleIn: steps(
      {
        upTo: value.meta({
          description: "Value of the metric that this step begins at, downwards",
          allowed: "a number from 0",
          example: "200",
        }),
        remove: change.meta({ description: "How many are removed", example: "1" }),
      },
      "Steps of shrinking load, the highest first: at that load the alarm goes off",
      [
        { upTo: 200, remove: 1 },
        { upTo: 50, remove: 2 },
      ],
    ),
  })
  .meta({
    description: "Adds and removes instances in steps. Omit to stay near a target",
    example:
      '{"metric": "latency", "scaleOut": [{"from": 500, "add": 1}], "scaleIn": [{"upTo": 100, "remove": 1}]}',
  });

/** Steps with every default filled in. */
export type StepsConfig = z.output<typeof stepsSchema>;
