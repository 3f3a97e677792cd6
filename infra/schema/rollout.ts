import { z } from "zod";

/** What every strategy has. */
const watched = {
  waitSeconds: z.int().min(0).max(3600).default(300).meta({
    description: "Seconds to watch the alarms after each step",
  }),
  maximumSeconds: z.int().min(600).max(14_400).default(3600).meta({
    description:
      "Seconds after which the update is given up and rolled back. Pulumi's AWS provider waits an hour at most: where an update takes longer, `pulumi up` fails meanwhile; run it again, and it says how the update ended",
  }),
};

const share = (description: string, least: number) =>
  z.int().min(least).max(50).meta({ description, example: "25" });

/** How a new model or configuration takes over, under `rollout`. */
export const rolloutSchema = z
  .discriminatedUnion("strategy", [
    z
      .strictObject({
        strategy: z.literal("all-at-once"),
        ...watched,
      })
      .meta({ description: "Once the new instances are healthy, all requests go to them" }),
    z
      .strictObject({
        strategy: z.literal("canary"),
        percentage: share("Share of the capacity that the first requests go to", 1).default(10),
        ...watched,
      })
      .meta({ description: "First a share of the requests, then all" }),
    z
      .strictObject({
        strategy: z.literal("linear"),
        percentage: share("Share of the capacity that each step moves", 10).default(25),
        ...watched,
      })
      .meta({ description: "In equal steps, on a second set of instances" }),
    z
      .strictObject({
        strategy: z.literal("rolling"),
        percentage: share("Share of the instances that each step replaces", 5).default(25),
        ...watched,
      })
      .meta({ description: "In equal steps, without a second set of instances" }),
  ])
  .meta({
    description: "How a new model takes over; every strategy rolls back when an alarm goes off",
    example: '{"strategy": "canary", "percentage": 10}',
  });

/** A checked rollout with every default filled in. */
export type RolloutConfig = z.output<typeof rolloutSchema>;

/** The least time in seconds that a rollout takes by waiting alone. */
export function waitingTime(rollout: RolloutConfig): number {
  switch (rollout.strategy) {
    case "all-at-once":
    case "canary":
      return 2 * rollout.waitSeconds;
    case "linear":
    case "rolling":
      return Math.ceil(100 / rollout.percentage) * rollout.waitSeconds;
  }
}
