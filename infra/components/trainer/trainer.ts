import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { packDirectory } from "../../archive";
import { policy } from "../../iam/documents";
import { encryptObjects, useKeys } from "../../iam/key-use";
import { rolePath } from "../../iam/roles";
import {
  listPrefixes,
  openSessions,
  readObjects,
  setGroupCapacity,
  writeLogs,
  writeObjects,
} from "../../iam/statements";
import { arn, bucketArn } from "../../location";
import { stackName, trainerLogGroupName, type Naming } from "../../names";
import { projectRoot } from "../../project-root";
import { prefixes } from "../../prefixes";
import type { TrainerConfig } from "../../schema/trainer";
import type { DataBucket } from "../storage/data-bucket";
import { serviceRole, type PermissionsToGrant, type ServiceRole } from "../roles/service-role";
import { groupNames, TrainerGroups } from "./trainer-groups";
import { refuseWhileRunning } from "./trainer-guard";
import { createInstance, type TrainerHostArgs } from "./trainer-instance";
import { trainerNetwork } from "./trainer-network";
import { scriptsDirectory, trainerKeys, trainerSettings, trainerUserData } from "./trainer-scripts";
import { trainingMetrics } from "./training-metrics";

export interface TrainerArgs extends Context {
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
 * By default it is one instance that stops itself and is started again with its disk. With `spot` it is a Spot
 * Instance, or On-Demand where there is none ({@link TrainerGroups}), and goes when it is done.
 */
export class Trainer extends pulumi.ComponentResource {
  /** The command that tells its public DNS name, which is another one after each start. */
  readonly address: string;
  /** The command that starts it again once it has stopped. */
  readonly start: pulumi.Output<string>;
  /** What the owner of an existing role has to allow. */
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: TrainerArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Trainer", name, {}, options);
    const { settings } = args;
    const child = { parent: this };
    const role = this.createRole(name, args);
    this.toGrant = role.toGrant;
    const profile = new aws.iam.InstanceProfile(
      name,
      { path: rolePath(), role: role.name },
      { parent: role.resource ?? this },
    );
    const logGroup = this.createLogGroup(name, args.naming);
    const network = trainerNetwork(name, settings, this);
    const groups = settings.spot ? groupNames(args.naming) : undefined;
    const { region } = args.location;
    const { bucketName } = args.dataBucket;
    const displayName = stackName(args.naming, name);
    const userData = bucketName.apply((bucket) => trainerUserData({ bucket, region }));
    const host: TrainerHostArgs = {
      settings,
      image: newestImage(settings, child),
      profileName: profile.name,
      securityGroupId: network.securityGroupId,
      userData,
      displayName,
      settingsTag: refuseWhileRunning({ displayName, settings, userData }, child),
    };
    const script = bucketName.apply((bucket) => {
      const logGroup = trainerLogGroupName(args.naming);
      return trainerSettings(settings, { bucket, region, logGroup, groups });
    });
    const files = this.uploadFiles(name, args.dataBucket, script);
    // What it writes and what it may do are there before it starts.
    const afterwards = { ...child, dependsOn: [logGroup, ...files, ...role.ready] };
    if (groups === undefined) {
      const instance = createInstance(name, host, afterwards);
      this.start = pulumi.interpolate`aws ec2 start-instances --region ${region} --instance-ids ${instance.id}`;
    } else {
      const { subnetIds } = network;
      new TrainerGroups(name, { ...host, groups, subnetIds, tags: args.tags }, afterwards);
      this.start = pulumi.output(
        `aws autoscaling set-desired-capacity --region ${region} --auto-scaling-group-name ${groups.spot} --desired-capacity 1`,
      );
    }
    this.address =
      `aws ec2 describe-instances --region ${region} --filters Name=tag:Name,Values=${displayName} ` +
      "Name=instance-state-name,Values=running --query 'Reservations[].Instances[].PublicDnsName' --output text";
    this.registerOutputs({ address: this.address, start: this.start });
  }

  /**
   * What the trainer reads from the data bucket: scripts and settings at every boot and every five minutes, the code at each
   * training. Each has one key, so that a change of it neither stops nor replaces the instance.
   */
  private uploadFiles(
    name: string,
    dataBucket: DataBucket,
    settings: pulumi.Output<string>,
  ): aws.s3.BucketObjectv2[] {
    const upload = (
      what: "code" | "scripts" | "settings",
      content: Pick<aws.s3.BucketObjectv2Args, "source" | "content" | "contentType">,
    ) =>
      new aws.s3.BucketObjectv2(
        `${name}-${what}`,
        { bucket: dataBucket.bucketName, key: trainerKeys[what], ...content },
        { parent: this, dependsOn: dataBucket },
      );
    const packed = (directory: string) => ({
      source: new pulumi.asset.FileAsset(
        path.relative(process.cwd(), packDirectory(directory).path),
      ),
      contentType: "application/gzip",
    });
    return [
      upload("code", packed(path.join(projectRoot, "training-scripts"))),
      upload("scripts", packed(scriptsDirectory)),
      upload("settings", { content: settings, contentType: "text/x-shellscript" }),
    ];
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
    // The public parameter is not a secret; as one, no rule could read which image the instance runs.
  ).insecureValue;
}

function trainerPolicy({
  location,
  naming,
  dataBucket,
  settings,
}: TrainerArgs): aws.iam.PolicyDocument {
  const { bucketName } = dataBucket;
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
    useKeys(
      [dataBucket.keyToAllow(settings.role)],
      encryptObjects(location, bucketArn(location, bucketName)),
    ),
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
