import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, trust } from "../iam/documents";
import {
  createAndWriteLogs,
  listPrefixes,
  publishMetrics,
  pullImage,
  readObjects,
  useKey,
  writeObjects,
} from "../iam/statements";
import { arn, bucketArn, type Location } from "../location";
import { repositoryName, type Naming } from "../names";
import { prefixes, type DataBucket } from "./data-bucket";

/** Arguments of {@link TrainingJobs}. */
export interface TrainingJobsArgs {
  /** Project and stack: the training image's repository is named after them. */
  readonly naming: Naming;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Where the photos come from and the models go. */
  readonly dataBucket: DataBucket;
}

/**
 * What SageMaker training and tuning jobs need before they are started: a role limited to the stack's data and image.
 *
 * A job is no desired state, so it is started by `kennel train` and not declared here.
 */
export class TrainingJobs extends pulumi.ComponentResource {
  /** ARN of the role that jobs run with. */
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: TrainingJobsArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:TrainingJobs", name, {}, options);
    const role = new aws.iam.Role(
      name,
      {
        description: "What training and tuning jobs may do",
        assumeRolePolicy: trust("sagemaker.amazonaws.com", args.location.accountId),
      },
      { parent: this },
    );
    const permissions = new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: jobPolicy(args) },
      { parent: role },
    );
    // Whoever starts a job gets the role once it is complete.
    this.roleArn = pulumi.all([role.arn, permissions.id]).apply(([roleArn]) => roleArn);
    this.registerOutputs({ roleArn: this.roleArn });
  }
}

function jobPolicy(args: TrainingJobsArgs): aws.iam.PolicyDocument {
  const { location } = args;
  const { bucketName, kmsKeyArn } = args.dataBucket;
  const objects = (prefix: string): pulumi.Output<string> =>
    bucketArn(location, bucketName, `${prefix}*`);
  return policy(
    listPrefixes(bucketArn(location, bucketName), [prefixes.data, prefixes.models, prefixes.cache]),
    readObjects(objects(prefixes.data), objects(prefixes.cache), objects(prefixes.models)),
    writeObjects(objects(prefixes.models), objects(prefixes.cache)),
    kmsKeyArn === undefined ? [] : useKey(kmsKeyArn),
    pullImage(arn(location, "ecr", `repository/${repositoryName(args.naming, "training")}`)),
    createAndWriteLogs(arn(location, "logs", "log-group:/aws/sagemaker/TrainingJobs")),
    publishMetrics("/aws/sagemaker/TrainingJobs"),
  );
}
