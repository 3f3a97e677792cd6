import { z } from "zod";
import { apart, at, type Check, type Conflict } from "./conflict";
import { cooldowns, scheduledTime } from "./schedule";

const schedule = z
  .strictObject({
    ...scheduledTime,
    minConcurrency: z.int().min(0).max(10_000).meta({
      description: "Minimum number of environments kept warm from then on",
      example: "20",
    }),
    maxConcurrency: z.int().min(1).max(10_000).meta({
      description: "Maximum number of environments kept warm from then on",
      example: "50",
    }),
  })
  .meta({
    example: '{"when": "cron(0 7 ? * MON-FRI *)", "minConcurrency": 20, "maxConcurrency": 50}',
  });

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
    schedule: z.array(schedule).max(20).default([]).meta({
      description: "Other bounds at certain times",
      allowed: "a list of times with bounds",
      example: '[{"when": "cron(0 7 ? * MON-FRI *)", "minConcurrency": 20, "maxConcurrency": 50}]',
    }),
    ...cooldowns,
  })
  .meta({
    description:
      "Keeps more environments warm while they are busy, and never fewer than provisionedConcurrency. Omit to keep a fixed number",
    example: '{"maxConcurrency": 20}',
  });

/** Scaling of provisioned concurrency with every default filled in. */
export type FunctionScalingConfig = z.output<typeof functionScalingSchema>;

/** What a function's concurrency is made of. */
export interface Concurrency {
  readonly reservedConcurrency?: number | undefined;
  readonly provisionedConcurrency?: number | undefined;
  readonly scaling?: FunctionScalingConfig | undefined;
}

/** What Lambda refuses: more warm environments than are reserved, and bounds the wrong way round. */
export function concurrencyConflicts(concurrency: Concurrency): readonly Conflict[] {
  return apart(
    at(
      ["function", "provisionedConcurrency"],
      notReserved(concurrency, () => concurrency.provisionedConcurrency),
    ),
    () =>
      concurrency.scaling === undefined ? [] : scalingConflicts(concurrency, concurrency.scaling),
  );
}

function notReserved(concurrency: Concurrency, read: () => number | undefined) {
  return () => {
    const { reservedConcurrency = Infinity } = concurrency;
    return (
      (read() ?? 0) > reservedConcurrency &&
      `is more than reservedConcurrency, which is ${reservedConcurrency}`
    );
  };
}

function scalingConflicts(
  concurrency: Concurrency,
  scaling: FunctionScalingConfig,
): readonly Conflict[] {
  const path = ["function", "scaling"];
  const timeChecks = (index: number): Check[] => {
    const time = () => scaling.schedule[index]!;
    return [
      at([...path, "schedule", index, "minConcurrency"], () => {
        const { minConcurrency: least, maxConcurrency: most } = time();
        return least > most && `is more than maxConcurrency, which is ${most}`;
      }),
      at(
        [...path, "schedule", index, "maxConcurrency"],
        notReserved(concurrency, () => time().maxConcurrency),
      ),
    ];
  };
  return apart(
    at(
      path,
      () =>
        concurrency.provisionedConcurrency === undefined &&
        "starts from provisionedConcurrency, which is missing; set that, too",
    ),
    at([...path, "maxConcurrency"], () => {
      const { provisionedConcurrency: warm = 0 } = concurrency;
      return (
        scaling.maxConcurrency < warm && `is less than provisionedConcurrency, which is ${warm}`
      );
    }),
    at(
      [...path, "maxConcurrency"],
      notReserved(concurrency, () => scaling.maxConcurrency),
    ),
    () => apart(...[...scaling.schedule.keys()].flatMap(timeChecks)),
  );
}
