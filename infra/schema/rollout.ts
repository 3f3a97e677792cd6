import { z } from "zod";
import { apart, at, type Conflict } from "./conflict";
import { isFirstInferentia } from "../../packages/aws-facts/instance-types";
import type { WrittenServing } from "./serving";

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

/** What a rollout has to go with. */
export interface RolloutSettings {
  readonly serving: WrittenServing;
  readonly scaling?: { readonly minInstances: number } | undefined;
  readonly rollout: RolloutConfig;
}

/** What SageMaker refuses, or leaves without effect, of a rollout. */
export function rolloutConflicts(written: RolloutSettings): readonly Conflict[] {
  const { rollout } = written;
  return apart(
    at(["rollout", "maximumSeconds"], () => {
      const waiting = waitingTime(rollout);
      return (
        waiting >= rollout.maximumSeconds &&
        `is over before the rollout is: that waits for ${waiting} seconds`
      );
    }),
    () => (rollout.strategy === "all-at-once" ? [] : stepConflicts(written)),
  );
}

/** What does not allow to move instances in steps. */
function stepConflicts({ serving, scaling }: RolloutSettings): readonly Conflict[] {
  const path = ["rollout", "strategy"];
  if (serving.mode === "serverless") {
    return [{ path, reason: "is for instances; a serverless endpoint changes all at once" }];
  }
  return apart(
    at(
      path,
      () =>
        isFirstInferentia(serving.instanceType ?? "") &&
        "moves instances in steps, which SageMaker doesn't do with Inferentia 1; take all-at-once",
    ),
    at(path, () => {
      const instances = serving.instanceCount ?? scaling?.minInstances ?? 1;
      return (
        instances < 2 &&
        `moves instances in steps, and there is only ${instances}; have two at least, or take all-at-once`
      );
    }),
  );
}
