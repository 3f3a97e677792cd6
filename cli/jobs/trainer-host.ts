import { AutoScalingClient, SetDesiredCapacityCommand } from "@aws-sdk/client-auto-scaling";
import {
  DescribeInstancesCommand,
  EC2Client,
  type Instance,
  StartInstancesCommand,
} from "@aws-sdk/client-ec2";
import { DescribeInstanceInformationCommand, SSMClient } from "@aws-sdk/client-ssm";

import { stackName, type Naming } from "../../infra/names";
import { clientSettings } from "../aws/clients";
import { UserError } from "../output/failure";
import { nextLook } from "./next-look";

/** A trainer that takes commands. */
export interface TrainerHost {
  readonly instanceId: string;
  readonly instanceType: string;
}

/** EC2 and Systems Manager take minutes; without Spot capacity an On-Demand instance follows after ten. */
const LONGEST_START_MILLISECONDS = 20 * 60_000;

/**
 * Starts a stack's trainer where it is stopped, and waits until Systems Manager reaches it.
 *
 * @param start - the stack's output `trainerStart`: the command that names the instance, or the group that starts one.
 * @throws UserError where it does not come up, or the signal comes first.
 */
export async function trainerHost(
  naming: Naming,
  region: string,
  start: string,
  signal: AbortSignal,
): Promise<TrainerHost> {
  const ec2 = new EC2Client(clientSettings(region));
  const ssm = new SSMClient(clientSettings(region));
  const name = stackName(naming, "trainer");
  const until = Date.now() + LONGEST_START_MILLISECONDS;
  let isAsked = false;
  while (Date.now() < until) {
    const trainers = await trainersNamed(ec2, name);
    const running = trainers.find(({ State }) => State?.Name === "running");
    if (running !== undefined && (await isReached(ssm, running.InstanceId!))) {
      return { instanceId: running.InstanceId!, instanceType: running.InstanceType! };
    }
    const isComing = trainers.some(({ State }) =>
      ["running", "pending", "stopping", "shutting-down"].includes(State?.Name ?? ""),
    );
    if (!isComing && !isAsked) {
      await askFor(ec2, region, start);
      isAsked = true;
    }
    await nextLook(signal);
    if (signal.aborted) {
      throw new UserError("left before the training began; the trainer stops when it is idle.");
    }
  }
  throw new UserError(
    `the trainer ${name} was not reached within ${LONGEST_START_MILLISECONDS / 60_000} minutes: look at it in the EC2 console, or train in SageMaker (without --on ec2).`,
  );
}

async function trainersNamed(ec2: EC2Client, name: string): Promise<Instance[]> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: "tag:Name", Values: [name] }] }),
  );
  return Reservations.flatMap(({ Instances = [] }) => Instances);
}

async function isReached(ssm: SSMClient, instanceId: string): Promise<boolean> {
  const { InstanceInformationList = [] } = await ssm.send(
    new DescribeInstanceInformationCommand({
      Filters: [{ Key: "InstanceIds", Values: [instanceId] }],
    }),
  );
  return InstanceInformationList.some(({ PingStatus }) => PingStatus === "Online");
}

async function askFor(ec2: EC2Client, region: string, start: string): Promise<void> {
  const instance = /--instance-ids (\S+)/.exec(start)?.[1];
  const group = /--auto-scaling-group-name (\S+)/.exec(start)?.[1];
  if (instance !== undefined) {
    await ec2.send(new StartInstancesCommand({ InstanceIds: [instance] }));
  } else {
    await new AutoScalingClient(clientSettings(region)).send(
      new SetDesiredCapacityCommand({ AutoScalingGroupName: group, DesiredCapacity: 1 }),
    );
  }
}
