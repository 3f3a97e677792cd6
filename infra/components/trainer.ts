import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { packDirectory } from "../archive";
import { policy } from "../iam/documents";
import { encryptObjects, useKeys } from "../iam/key-use";
import { rolePath } from "../iam/roles";
import {
  listPrefixes,
  openSessions,
  readObjects,
  setGroupCapacity,
  writeLogs,
  writeObjects,
} from "../iam/statements";
import { arn, bucketArn, type Location } from "../location";
import { stackName, trainerLogGroupName, type Naming } from "../names";
import { projectRoot } from "../project-root";
import { cidrProblem } from "../schema/cidr";
import type { TrainerConfig } from "../schema/trainer";
import { prefixes, type DataBucket } from "./data-bucket";
import { serviceRole, type PermissionsToGrant, type ServiceRole } from "./service-role";
import { groupNames, TrainerGroups } from "./trainer-groups";
import { createInstance, type TrainerHostArgs } from "./trainer-instance";
import { trainerNetwork } from "./trainer-network";
import { trainerUserData, trainingCodeKey } from "./trainer-user-data";
import { trainingMetrics } from "./training-metrics";

/** Arguments of {@link Trainer}. */
export interface TrainerArgs {
  /** Project and stack, for names. */
  readonly naming: Naming;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Where the photos come from and the models go. */
  readonly dataBucket: DataBucket;
  /** Instance type, disk, image, network and who may connect. */
  readonly settings: TrainerConfig;
  /**
   * Tags of instances and disks that an Auto Scaling group starts; the provider's default tags don't reach them.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * An EC2 instance with a Deep Learning AMI that can read the data and write models, and nothing else.
 *
 * By default it is one instance that stops itself and is started again with its disk. With `spot` it comes from spare
 * capacity, or from ordinary capacity where there is none ({@link TrainerGroups}), and goes when it is done.
 */
export class Trainer extends pulumi.ComponentResource {
  /** Public DNS name; empty where the subnet gives none, absent with `spot`: each start is another instance. */
  readonly address?: pulumi.Output<string>;
  /** The command that starts it again once it has stopped. */
  readonly start: pulumi.Output<string>;
  /** What the owner of an existing role has to allow. */
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: TrainerArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Trainer", name, {}, options);
    const { settings } = args;
    for (const cidr of settings.allowedCidrs) {
      const problem = cidrProblem(cidr);
      if (problem !== undefined) {
        throw new pulumi.ResourceError(`allowedCidrs has ${cidr}: it ${problem}.`, this, true);
      }
    }
    const child = { parent: this };
    const role = this.createRole(name, args);
    this.toGrant = role.toGrant === undefined ? [] : [role.toGrant];
    const profile = new aws.iam.InstanceProfile(
      name,
      { path: rolePath(), role: role.name },
      { parent: role.resource ?? this },
    );
    this.uploadCode(name, args.dataBucket);
    const logGroup = this.createLogGroup(name, args.naming);
    const network = trainerNetwork(name, settings, this);
    const groups = settings.spot ? groupNames(args.naming) : undefined;
    const host: TrainerHostArgs = {
      settings,
      image: newestImage(settings, child),
      profileName: profile.name,
      securityGroupId: network.securityGroupId,
      userData: pulumi.output(args.dataBucket.bucketName).apply((bucket) =>
        trainerUserData({
          bucket,
          region: args.location.region,
          logGroup: trainerLogGroupName(args.naming),
          idleMinutes: settings.idleMinutes,
          firstTraining: settings.startTraining ? settings.hyperparameters : undefined,
          groups,
        }),
      ),
      displayName: stackName(args.naming, name),
    };
    // What it writes and what it may do are there before it starts.
    const afterwards = { ...child, dependsOn: [logGroup, ...role.ready] };
    if (groups === undefined) {
      const instance = createInstance(name, host, afterwards);
      this.address = instance.publicDns;
      this.start = pulumi.interpolate`aws ec2 start-instances --region ${args.location.region} --instance-ids ${instance.id}`;
    } else {
      const { subnetIds } = network;
      new TrainerGroups(name, { ...host, groups, subnetIds, tags: args.tags }, afterwards);
      this.start = pulumi.output(
        `aws autoscaling set-desired-capacity --region ${args.location.region} --auto-scaling-group-name ${groups.spot} --desired-capacity 1`,
      );
    }
    this.registerOutputs({ address: this.address, start: this.start });
  }

  /** The code has one key, so that a change of it neither stops nor replaces the instance: each training fetches it. */
  private uploadCode(name: string, dataBucket: DataBucket): void {
    const { path: archive } = packDirectory(path.join(projectRoot, "training-scripts"));
    new aws.s3.BucketObjectv2(
      `${name}-code`,
      {
        bucket: dataBucket.bucketName,
        key: trainingCodeKey,
        source: new pulumi.asset.FileAsset(path.relative(process.cwd(), archive)),
        contentType: "application/gzip",
      },
      { parent: this, dependsOn: dataBucket },
    );
  }

  private createLogGroup(name: string, naming: Naming): aws.cloudwatch.LogGroup {
    const group = new aws.cloudwatch.LogGroup(
      name,
      { name: trainerLogGroupName(naming), retentionInDays: 30 },
      { parent: this },
    );
    trainingMetrics(name, group.name, { parent: group });
    return group;
  }

  private createRole(name: string, args: TrainerArgs): ServiceRole {
    return serviceRole(
      name,
      {
        service: "ec2.amazonaws.com",
        location: args.location,
        description: "What the EC2 trainer may do",
        permissions: [{ resourceName: name, policy: trainerPolicy(args) }],
        settings: args.settings.role,
      },
      { parent: this },
    );
  }
}

/** The Deep Learning AMI that is the newest now. */
function newestImage(
  { amiFlavour }: TrainerConfig,
  options: pulumi.InvokeOutputOptions,
): pulumi.Output<string> {
  return aws.ssm.getParameterOutput(
    { name: `/aws/service/deeplearning/ami/x86_64/${amiFlavour}/latest/ami-id` },
    options,
    // The public parameter is no secret; as one, no rule could read which image the instance runs.
  ).insecureValue;
}

function trainerPolicy({
  location,
  naming,
  dataBucket,
  settings,
}: TrainerArgs): aws.iam.PolicyDocument {
  const { bucketName, keyToAllow } = dataBucket;
  const objects = (prefix: string): pulumi.Output<string> =>
    bucketArn(location, bucketName, `${prefix}*`);
  return policy(
    listPrefixes(bucketArn(location, bucketName), [
      prefixes.data,
      prefixes.code,
      prefixes.models,
      prefixes.cache,
    ]),
    readObjects(objects(prefixes.data), objects(prefixes.code), objects(prefixes.cache)),
    writeObjects(objects(prefixes.models), objects(prefixes.cache)),
    useKeys([keyToAllow], encryptObjects(location, bucketArn(location, bucketName))),
    writeLogs(arn(location, "logs", `log-group:${trainerLogGroupName(naming)}`)),
    openSessions(),
    settings.spot
      ? setGroupCapacity(
          ...Object.values(groupNames(naming)).map((group) =>
            arn(location, "autoscaling", `autoScalingGroup:*:autoScalingGroupName/${group}`),
          ),
        )
      : [],
  );
}
