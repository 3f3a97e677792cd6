import { z } from "zod";
import { stepsSchema, type StepsConfig } from "./scaling-steps";
import { cooldowns, scheduledTime } from "./schedule";

/** Defaults of the two targets. */
export const defaultTargets = { invocationsPerInstance: 600, backlogPerInstance: 5 } as const;

const schedule = z
  .strictObject({
    ...scheduledTime,
    minInstances: z.int().min(0).max(100).meta({
      description: "Fewest instances from then on",
      example: "2",
    }),
    maxInstances: z.int().min(1).max(100).meta({
      description: "Most instances from then on",
      example: "8",
    }),
  })
  .meta({ example: '{"when": "cron(0 7 ? * MON-FRI *)", "minInstances": 2, "maxInstances": 8}' });

/** The bounds and the target of an endpoint's scaling, under `scaling`. */
export const scalingSchema = z
  .strictObject({
    minInstances: z.int().min(0).max(100).default(1).meta({
      description: "Fewest instances; 0 only with serving.mode async",
      example: "1",
    }),
    maxInstances: z.int().min(1).max(100).meta({ description: "Most instances", example: "4" }),
    invocationsPerInstance: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description: `Invocations a minute and instance that a realtime endpoint aims at; absent: ${defaultTargets.invocationsPerInstance}`,
        example: "600",
      }),
    backlogPerInstance: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description: `Waiting requests for each instance that an async endpoint aims at; absent: ${defaultTargets.backlogPerInstance}`,
        example: "5",
      }),
    steps: stepsSchema.optional(),
    schedule: z.array(schedule).max(20).default([]).meta({
      description: "Other bounds at certain times",
      allowed: "a list of times with bounds",
      example: '[{"when": "cron(0 7 ? * MON-FRI *)", "minInstances": 2, "maxInstances": 8}]',
    }),
    ...cooldowns,
  })
  .meta({
    description:
      "Adds and removes instances to stay near a target, or in steps; absent: a fixed number",
    example: '{"minInstances": 1, "maxInstances": 4}',
  });

/** Other bounds from a time on. */
export type ScheduledBounds = z.output<typeof schedule>;

/** Scaling as written. */
export type WrittenScaling = z.output<typeof scalingSchema>;

/** What is kept near a target: invocations a minute and instance, or waiting requests for each instance. */
export interface TargetPolicy {
  readonly type: "target";
  readonly metric: "invocations" | "backlog";
  readonly value: number;
}

/** What is answered with steps. */
export type StepPolicy = StepsConfig & { readonly type: "steps" };

/** Scaling with every default filled in. */
export interface ScalingConfig {
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Other bounds at certain times. */
  readonly schedule: readonly ScheduledBounds[];
  readonly scaleInCooldown: number;
  readonly scaleOutCooldown: number;
  readonly policy: TargetPolicy | StepPolicy;
}

/** Fills in the target of a way of serving where there are no steps. */
export function resolveScaling(mode: string, scaling: WrittenScaling): ScalingConfig {
  const { invocationsPerInstance, backlogPerInstance, steps, ...rest } = scaling;
  if (steps !== undefined) {
    return { ...rest, policy: { type: "steps", ...steps } };
  }
  const policy: TargetPolicy =
    mode === "async"
      ? {
          type: "target",
          metric: "backlog",
          value: backlogPerInstance ?? defaultTargets.backlogPerInstance,
        }
      : {
          type: "target",
          metric: "invocations",
          value: invocationsPerInstance ?? defaultTargets.invocationsPerInstance,
        };
  return { ...rest, policy };
}
