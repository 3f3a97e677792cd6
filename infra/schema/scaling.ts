import { z } from "zod";
import { stepsSchema, type StepsConfig } from "./scaling-steps";
import { cooldowns, scheduleOf } from "./schedule";

/** Defaults of the two targets. */
export const defaultTargets = { invocationsPerInstance: 600, backlogPerInstance: 5 } as const;

const schedule = scheduleOf(
  {
    minInstances: z.int().min(0).max(100).meta({
      description: "Minimum number of instances from then on",
      example: "2",
    }),
    maxInstances: z.int().min(1).max(100).meta({
      description: "Maximum number of instances from then on",
      example: "8",
    }),
  },
  '{"when": "cron(0 7 ? * MON-FRI *)", "minInstances": 2, "maxInstances": 8}',
);

/** The bounds and the target of an endpoint's scaling, under `scaling`. */
export const scalingSchema = z
  .strictObject({
    minInstances: z.int().min(0).max(100).default(1).meta({
      description:
        "Minimum number of instances; 0 only with serving.mode async. With a schedule: until the first of its times",
    }),
    maxInstances: z.int().min(1).max(100).meta({
      description:
        "Maximum number of instances. With a schedule: until the first of its times, whose bounds then stay until the next",
      example: "4",
    }),
    invocationsPerInstance: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description: `Invocations a minute and instance that a realtime endpoint aims at. Defaults to ${defaultTargets.invocationsPerInstance}`,
        example: "600",
      }),
    concurrentRequestsPerInstance: z.int().min(1).max(10_000).optional().meta({
      description:
        "Simultaneous requests to each instance that a realtime endpoint aims at, instead of invocations a minute; looked at every ten seconds, so that new instances start sooner",
      example: "20",
    }),
    backlogPerInstance: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description: `Waiting requests for each instance that an async endpoint aims at. Defaults to ${defaultTargets.backlogPerInstance}`,
        example: "5",
      }),
    steps: stepsSchema.optional(),
    schedule,
    ...cooldowns,
  })
  .meta({
    description:
      "Adds and removes instances to stay near a target, or in steps. Without it, their number is fixed",
    example: '{"minInstances": 1, "maxInstances": 4}',
  });

/** Scaling as written. */
export type WrittenScaling = z.output<typeof scalingSchema>;

/** What is kept near a target: of each instance the invocations a minute, the simultaneous or the waiting requests. */
export interface TargetPolicy {
  readonly type: "target";
  readonly metric: "invocations" | "concurrency" | "backlog";
  readonly value: number;
}

/** What is answered with steps. */
export type StepPolicy = StepsConfig & { readonly type: "steps" };

/** The lowest bound outside of scheduled times, and the highest at any time. */
export function widestBounds({ minInstances, maxInstances, schedule }: ScalingConfig) {
  return {
    minInstances,
    maxInstances: Math.max(maxInstances, ...schedule.map((bounds) => bounds.maxInstances)),
  };
}

function resolveTarget(mode: string, scaling: WrittenScaling): TargetPolicy {
  const { invocationsPerInstance, backlogPerInstance, concurrentRequestsPerInstance } = scaling;
  const target = (metric: TargetPolicy["metric"], value: number): TargetPolicy => ({
    type: "target",
    metric,
    value,
  });
  if (mode === "async") {
    return target("backlog", backlogPerInstance ?? defaultTargets.backlogPerInstance);
  }
  return concurrentRequestsPerInstance === undefined
    ? target("invocations", invocationsPerInstance ?? defaultTargets.invocationsPerInstance)
    : target("concurrency", concurrentRequestsPerInstance);
}

/** Fills in the target of a way of serving where there are no steps. */
export function resolveScaling(mode: string, scaling: WrittenScaling) {
  const { minInstances, maxInstances, schedule, scaleInCooldown, scaleOutCooldown, steps } =
    scaling;
  const policy: TargetPolicy | StepPolicy =
    steps === undefined ? resolveTarget(mode, scaling) : { type: "steps", ...steps };
  return { minInstances, maxInstances, schedule, scaleInCooldown, scaleOutCooldown, policy };
}

/** Scaling with every default filled in. */
export type ScalingConfig = ReturnType<typeof resolveScaling>;
