import { readFileSync } from "node:fs";
import * as path from "node:path";
import { partitionOf } from "../../../packages/aws-facts/partitions";
import { prefixes } from "../../prefixes";
import type { TrainerConfig } from "../../schema/trainer";
import type { TrainerGroupNames } from "./trainer-groups";

/** The trainer's scripts: `first-boot.sh` is its user data, the others are fetched at every boot. */
export const scriptsDirectory = path.join(__dirname, "scripts");

/** Keys in the data bucket, where the scripts look for them. */
export const trainerKeys = {
  /** The training code, a `.tar.gz`. */
  code: `${prefixes.code}training-scripts.tar.gz`,
  /** The scripts of {@link scriptsDirectory}, a `.tar.gz`. */
  scripts: `${prefixes.code}trainer-scripts.tar.gz`,
  /** What {@link trainerSettings} gives. */
  settings: `${prefixes.code}trainer-settings.sh`,
} as const;

/** Where a trainer finds everything else. */
export interface TrainerHome {
  /** Name of the data bucket. */
  readonly bucket: string;
  /** AWS region of the bucket. */
  readonly region: string;
}

/** What the scripts must know beside the trainer's own settings. */
export interface TrainerEnvironment extends TrainerHome {
  /** Log group that the trainings' lines go to. */
  readonly logGroup: string;
  /** The groups that start it. Omit for one instance that stops and keeps its disk. */
  readonly groups?: TrainerGroupNames | undefined;
}

/**
 * Where a region keeps the CloudWatch agent's package for Ubuntu.
 *
 * Source: Amazon CloudWatch user guide, "Verifying the signature of the CloudWatch agent package", links for each Region.
 */
function agentUrl(region: string): string {
  const suffix = partitionOf(region)?.dnsSuffix ?? "amazonaws.com";
  return `https://amazoncloudwatch-agent-${region}.s3.${region}.${suffix}/ubuntu/amd64/latest/amazon-cloudwatch-agent.deb`;
}

/** `text` as one word of a shell command. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The trainer's user data: the same for all settings, because EC2 runs it once and a change of it stops the instance. */
export function trainerUserData({ bucket, region }: TrainerHome): string {
  const script = readFileSync(path.join(scriptsDirectory, "first-boot.sh"), "utf8");
  return `#!/bin/bash\nAWS_DEFAULT_REGION=${quote(region)}\nKENNEL_BUCKET=${quote(bucket)}\n${script}`;
}

/** The settings that the scripts read whenever they run, as assignments of a shell. */
export function trainerSettings(
  { idleMinutes, startTraining, hyperparameters, tuning }: TrainerConfig,
  { bucket, region, logGroup, groups }: TrainerEnvironment,
): string {
  const given = Object.entries({ ...hyperparameters, ...tuning });
  const options = given.flatMap(([option, value]) => [`--${option}`, String(value)]);
  const list = (words: readonly string[]): string => `(${words.map(quote).join(" ")})`;
  return [
    `export AWS_DEFAULT_REGION=${quote(region)}`,
    `KENNEL_BUCKET=${quote(bucket)}`,
    `LOG_GROUP=${quote(logGroup)}`,
    `AGENT_URL=${quote(agentUrl(region))}`,
    `SCALING_GROUPS=${list(groups === undefined ? [] : [groups.spot, groups.onDemand])}`,
    `IDLE_MINUTES=${idleMinutes}`,
    `PROGRAM=${tuning === undefined ? "train.py" : "tune.py"}`,
    `OPTIONS=${list(options)}`,
    `START=${startTraining ? "yes" : "no"}`,
    "",
  ].join("\n");
}
