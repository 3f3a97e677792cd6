import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../../refusal";
import type { TrainerConfig } from "../../schema/trainer";

/** The tag by which a running trainer tells whether it can stay as it is. */
export const settingsTag = "Settings";

/** What decides whether a running trainer can stay as it is. */
export interface RunningTrainer {
  /** The instances' tag `Name`. */
  readonly displayName: string;
  readonly settings: TrainerConfig;
  /** The first-boot script. */
  readonly userData: pulumi.Output<string>;
}

/**
 * The value of {@link settingsTag}: another one where an update stops or replaces the instance.
 *
 * Instances of groups are never touched: what is changed counts for the next one.
 */
function settingsOf(settings: TrainerConfig, userData: string): string {
  const { instanceType, keyName, subnetId, amiFlavour, spot } = settings;
  const parts = [instanceType, keyName, subnetId, amiFlavour, userData];
  return spot
    ? "spot"
    : createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 16);
}

/**
 * Refuses an update that would stop or replace a trainer which is running, and may be training.
 *
 * @returns the value of {@link settingsTag}; what depends on it waits for the answer
 */
export function refuseWhileRunning(
  { displayName, settings, userData }: RunningTrainer,
  options: pulumi.InvokeOptions,
): pulumi.Output<string> {
  const running = async (...more: aws.types.input.ec2.GetInstancesFilter[]): Promise<string[]> => {
    const filters = [{ name: "tag:Name", values: [displayName] }, ...more];
    const instanceStateNames = ["pending", "running"];
    return (await aws.ec2.getInstances({ filters, instanceStateNames }, options)).ids;
  };
  return userData.apply(async (script) => {
    const value = settingsOf(settings, script);
    const same = await running({ name: `tag:${settingsTag}`, values: [value] });
    const disturbed = (await running()).filter((id) => !same.includes(id));
    if (disturbed.length > 0) {
      throw new Refusal(
        `The trainer ${disturbed.join(", ")} is running, and another instanceType, keyName, subnetId, amiFlavour, spot or data bucket ` +
          "stops or replaces it. Wait until it has stopped, or stop it with kennel-stop (a training then goes on from its checkpoint), and update again.",
      );
    }
    return value;
  });
}
