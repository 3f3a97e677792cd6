import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { policy } from "../../iam/documents";
import { encryptDisks, encryptObjects, encryptOutput, useKeys } from "../../iam/key-use";
import {
  createAndWriteLogs,
  listPrefixes,
  publishMetrics,
  pullImage,
  readObjects,
  writeObjects,
} from "../../iam/statements";
import { arn, bucketArn } from "../../location";
import { stackName } from "../../names";
import { prefixes } from "../../prefixes";
import type { RoleConfig } from "../../schema/role";
import { hasLocalStorage } from "../../../packages/aws-facts/instance-types";
import type { TrainingConfig } from "../../schema/training";
import type { DataBucket } from "../storage/data-bucket";
import type { Image } from "../images/image";
import { serviceRole, type PermissionsToGrant, type ServiceRole } from "../roles/service-role";
import { trainingJobRequest, tuningJobRequest } from "./training-requests";

export interface TrainingJobsArgs extends Context {
  /** Where the photos come from and the models go. */
  readonly dataBucket: DataBucket;
  /** The jobs by name. */
  readonly jobs: Readonly<Record<string, TrainingConfig>>;
  /** The training image. */
  readonly image: Pick<Image, "uriFor" | "repositoryArn">;
  /**
   * Tags of the jobs; the provider does not see them.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A job's settings, the role to start it with, and the requests that start it. */
export type TrainingJob = Omit<TrainingConfig, "role"> & {
  readonly roleArn: pulumi.Output<string>;
  /** CreateTrainingJob's body but for the name. */
  readonly trainingJob: pulumi.Output<ReturnType<typeof trainingJobRequest>>;
  /** CreateHyperParameterTuningJob's body but for the name; absent without tuning. */
  readonly tuningJob?: pulumi.Output<ReturnType<typeof tuningJobRequest>>;
};

/**
 * What SageMaker training and tuning jobs need before they are started: a role limited to the stack's data and image.
 *
 * A job is not a desired state, so it is not declared here: what starts one is an output.
 */
export class TrainingJobs extends pulumi.ComponentResource {
  /** The jobs by name, each with its role. */
  readonly jobs: Readonly<Record<string, TrainingJob>>;
  /** ARN of the role of jobs that name none of their own; that of the first job where every job names one. */
  readonly roleArn: pulumi.Output<string>;
  /** What the owners of existing roles have to allow. */
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: TrainingJobsArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:TrainingJobs", name, {}, options);
    const roles = new Map<string | undefined, ServiceRole>();
    const given = Object.values(args.jobs).map(({ role }) => role);
    for (const role of given) {
      if (!roles.has(role?.existing)) {
        // Jobs that share a role share its policy, which is attached where one of them says so.
        const attach = given.some((each) => each?.existing === role?.existing && each?.attach);
        roles.set(role?.existing, this.role(name, role && { ...role, attach }, args));
      }
    }
    const arns = new Map([...roles].map(([key, role]) => [key, whenReady(role)]));
    this.jobs = Object.fromEntries(
      Object.entries(args.jobs).map(([job, { role, ...settings }]) => [
        job,
        describeJob(job, settings, arns.get(role?.existing)!, args),
      ]),
    );
    this.roleArn = arns.get(undefined) ?? [...arns.values()][0]!;
    this.toGrant = [...roles.values()].flatMap(({ toGrant }) => toGrant);
    this.registerOutputs({ roleArn: this.roleArn });
  }

  private role(
    name: string,
    settings: RoleConfig | undefined,
    args: TrainingJobsArgs,
  ): ServiceRole {
    const resourceName = settings === undefined ? name : `${name}-${settings.existing}`;
    return serviceRole(
      name,
      {
        service: "sagemaker.amazonaws.com",
        location: args.location,
        description: "What training and tuning jobs may do",
        permissions: [{ resourceName, policy: jobPolicy(args, settings) }],
        settings,
      },
      { parent: this },
    );
  }
}

function describeJob(
  name: string,
  settings: Omit<TrainingConfig, "role">,
  roleArn: pulumi.Output<string>,
  { naming, dataBucket, image, tags = {} }: TrainingJobsArgs,
): TrainingJob {
  const folder = `${stackName(naming)}/${name}`;
  const { bucketName, kmsKeyArn } = dataBucket;
  const environment = (instanceType: string) =>
    pulumi
      .output({ roleArn, imageUri: image.uriFor(instanceType), bucketName, kmsKeyArn })
      .apply((known) => ({ ...known, folder, tags }));
  const described = {
    ...settings,
    roleArn,
    trainingJob: environment(settings.instanceType).apply((known) =>
      trainingJobRequest(settings, known),
    ),
  };
  if (settings.tuning === undefined) {
    return described;
  }
  const tuningJob = environment(settings.tuning.instanceType).apply((known) =>
    tuningJobRequest(settings, known),
  );
  return { ...described, tuningJob };
}

/** Whoever starts a job gets the role once it is complete. */
function whenReady({ arn: roleArn, ready }: ServiceRole): pulumi.Output<string> {
  return pulumi
    .all([roleArn, pulumi.all(ready.map(({ urn }) => urn))])
    .apply(([resolved]) => resolved);
}

function jobPolicy(args: TrainingJobsArgs, role: RoleConfig | undefined): aws.iam.PolicyDocument {
  const { location, dataBucket } = args;
  const { bucketName } = dataBucket;
  const bucket = bucketArn(location, bucketName);
  const instanceTypes = Object.values(args.jobs).flatMap(({ instanceType, tuning }) => [
    instanceType,
    tuning?.instanceType ?? instanceType,
  ]);
  const objects = (prefix: string): pulumi.Output<string> =>
    bucketArn(location, bucketName, `${prefix}*`);
  return policy(
    listPrefixes(bucket, [prefixes.data, prefixes.models, prefixes.cache]),
    readObjects(objects(prefixes.data), objects(prefixes.cache), objects(prefixes.models)),
    writeObjects(objects(prefixes.models), objects(prefixes.cache)),
    useKeys(
      [dataBucket.keyToAllow(role)],
      encryptObjects(location, bucket),
      encryptOutput(),
      ...(instanceTypes.every(hasLocalStorage) ? [] : [encryptDisks()]),
    ),
    pullImage(args.image.repositoryArn),
    createAndWriteLogs(arn(location, "logs", "log-group:/aws/sagemaker/TrainingJobs")),
    publishMetrics("/aws/sagemaker/TrainingJobs"),
  );
}
