import { z } from "zod";
import { apart, type Conflict } from "./conflict";
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
      example: "70",
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
export function concurrencyConflicts(concurrency: Concurrency): Iterable<Conflict> {
  const warm = () => concurrency.provisionedConcurrency;
  return apart(
    () => reservedConflicts(concurrency, ["function", "provisionedConcurrency"], warm),
    () => scalingConflicts(concurrency),
  );
}

function* reservedConflicts(
  { reservedConcurrency = Infinity }: Concurrency,
  path: readonly PropertyKey[],
  read: () => number | undefined,
): Generator<Conflict> {
  const value = read();
  if ((value ?? 0) > reservedConcurrency) {
    const reason = `is more than reservedConcurrency, which is ${reservedConcurrency}`;
    yield { path, value, reason };
  }
}

function* scalingConflicts(concurrency: Concurrency): Generator<Conflict> {
  const { scaling } = concurrency;
  if (scaling === undefined) {
    return;
  }
  const path = ["function", "scaling"];
  const most = [...path, "maxConcurrency"];
  yield* apart(
    function* () {
      const { provisionedConcurrency } = concurrency;
      if (provisionedConcurrency === undefined) {
        const reason = "starts from provisionedConcurrency, which is missing; set that, too";
        yield { path, value: scaling, reason };
      } else if (scaling.maxConcurrency < provisionedConcurrency) {
        const reason = `is less than provisionedConcurrency, which is ${provisionedConcurrency}`;
        yield { path: most, value: scaling.maxConcurrency, reason };
      }
    },
    () => reservedConflicts(concurrency, most, () => scaling.maxConcurrency),
    function* () {
      for (const index of scaling.schedule.keys()) {
        const at = (key: string) => [...path, "schedule", index, key];
        yield* apart(
          function* () {
            const { minConcurrency, maxConcurrency } = scaling.schedule[index]!;
            if (minConcurrency > maxConcurrency) {
              const reason = `is more than maxConcurrency, which is ${maxConcurrency}`;
              yield { path: at("minConcurrency"), value: minConcurrency, reason };
            }
          },
          () =>
            reservedConflicts(
              concurrency,
              at("maxConcurrency"),
              () => scaling.schedule[index]!.maxConcurrency,
            ),
        );
      }
    },
  );
}
