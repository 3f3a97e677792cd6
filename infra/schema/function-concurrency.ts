import { z } from "zod";
import { cooldowns, scheduleOf } from "./schedule";

const schedule = scheduleOf(
  {
    minConcurrency: z.int().min(0).max(10_000).meta({
      description: "Minimum number of environments kept warm from then on",
      example: "20",
    }),
    maxConcurrency: z.int().min(1).max(10_000).meta({
      description: "Maximum number of environments kept warm from then on",
      example: "50",
    }),
  },
  '{"when": "cron(0 7 ? * MON-FRI *)", "minConcurrency": 20, "maxConcurrency": 50}',
);

/**
 * Scaling of provisioned concurrency, under `function.scaling`; provisionedConcurrency is where it starts and ends.
 *
 * Lambda scales by a target and by the clock, not in steps (Application Auto Scaling user guide, "AWS Lambda").
 */
export const functionScalingSchema = z
  .strictObject({
    maxConcurrency: z.int().min(1).max(10_000).meta({
      description: "Maximum number of environments kept warm",
      example: "20",
    }),
    utilizationPercent: z.int().min(10).max(90).default(70).meta({
      description: "Share of the warm environments that scaling keeps busy",
    }),
    schedule,
    ...cooldowns,
  })
  .meta({
    description:
      "Keeps more environments warm while they are busy, and never fewer than provisionedConcurrency. Omit to keep a fixed number",
    example: '{"maxConcurrency": 20}',
  });

/** Scaling of provisioned concurrency with every default filled in. */
export type FunctionScalingConfig = z.output<typeof functionScalingSchema>;
