import { z } from "zod";

const cooldown = z.int().min(0).max(3600);

/** Defaults of the two targets. */
export const defaultTargets = { invocationsPerInstance: 600, backlogPerInstance: 5 } as const;

const schedule = z
  .strictObject({
    when: z
      .string()
      .regex(
        /^(cron\(\S+( \S+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)|rate\(\d+ (minutes?|hours?|days?)\))$/,
      )
      .meta({
        description: "When the bounds change",
        allowed:
          "cron(minute hour day month weekday year), rate(…) or at(…) of Application Auto Scaling",
        example: "cron(0 7 ? * MON-FRI *)",
      }),
    timezone: z
      .string()
      .regex(/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/)
      .default("UTC")
      .meta({
        description: "Time zone of `when`",
        allowed: "a name of the time zone database",
        example: "Europe/Berlin",
      }),
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
    schedule: z.array(schedule).max(20).default([]).meta({
      description: "Other bounds at certain times",
      allowed: "a list of times with bounds",
      example: '[{"when": "cron(0 7 ? * MON-FRI *)", "minInstances": 2, "maxInstances": 8}]',
    }),
    scaleInCooldown: cooldown.default(300).meta({
      description: "Seconds to wait after instances were removed",
      example: "300",
    }),
    scaleOutCooldown: cooldown.default(60).meta({
      description: "Seconds to wait after instances were added",
      example: "60",
    }),
  })
  .meta({
    description: "Adds and removes instances to stay near a target; absent: a fixed number",
    example: '{"minInstances": 1, "maxInstances": 4}',
  });

/** Other bounds from a time on. */
export type ScheduledBounds = z.output<typeof schedule>;

/** Scaling as written. */
export type WrittenScaling = z.output<typeof scalingSchema>;

/** Scaling with every default filled in. */
export interface ScalingConfig {
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Other bounds at certain times. */
  readonly schedule: readonly ScheduledBounds[];
  readonly scaleInCooldown: number;
  readonly scaleOutCooldown: number;
  /** What is kept near its target: invocations a minute and instance, or waiting requests for each instance. */
  readonly metric: "invocations" | "backlog";
  readonly target: number;
}
