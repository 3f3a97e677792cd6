import { parseConfig, existingRoles } from "../../infra/config";
import { recordProgram } from "../../infra/offline/program";
import { partitionOf } from "../../packages/aws-facts/partitions";
import type { RecordedResource } from "../../infra/offline/recorder";
import type { StackSettings } from "../preview/stack-file";
import { deployerPolicies, type DeployerPolicy, verbPolicies } from "./policies";
import type { StackFacts } from "./special";
import type { Verb } from "./verbs";

/** The resources of a stack, and what else its policies follow from. */
export interface EvaluatedStack {
  readonly resources: readonly RecordedResource[];
  readonly facts: StackFacts;
}

/**
 * Evaluates the program for a stack, offline.
 *
 * @param settings the stack's configuration, as the engine hands it over
 * @param account twelve digits
 * @throws ConfigError where the configuration is wrong
 */
export async function evaluateStack(
  { project, stack, config, secretKeys }: StackSettings,
  account: string,
): Promise<EvaluatedStack> {
  const parsed = parseConfig(config, project, secretKeys);
  const { region } = parsed;
  // What is not a region has been refused by then.
  const partition = partitionOf(region)!.id;
  const evaluated = { project, stack, config, accountId: account, region, partition };
  const { resources } = await recordProgram(evaluated);
  const bucket = resources.find(({ type }) => type === "aws:s3/bucket:Bucket");
  const place = {
    partition,
    region,
    account,
    stackTag: `${project}/${stack}`,
    rolePath: `/${project}/${stack}/`,
    existingRoles: existingRoles(parsed),
  };
  const bucketName = parsed.data.existing ?? String(bucket?.inputs["bucket"]);
  return { resources, facts: { place, config: parsed, bucket: bucketName } };
}

/**
 * What whoever runs `pulumi preview`, `up`, `refresh` and `destroy` for a stack must be allowed, or whoever runs verbs of
 * `kennel`; see {@link evaluateStack}.
 */
export async function policiesFor(
  settings: StackSettings,
  account: string,
  verbs?: readonly Verb[],
): Promise<DeployerPolicy[]> {
  const { resources, facts } = await evaluateStack(settings, account);
  return verbs === undefined
    ? deployerPolicies(resources, facts)
    : verbPolicies(verbs, resources, facts);
}
