import * as path from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { packDirectory } from "../archive";
import { policy } from "../iam/documents";
import {
  listPrefixes,
  openSessions,
  readObjects,
  useKey,
  writeLogs,
  writeObjects,
} from "../iam/statements";
import { arn, bucketArn, type Location } from "../location";
import { stackName, trainerLogGroupName, type Naming } from "../names";
import { projectRoot } from "../project-root";
import { cidrProblem, isIpv6 } from "../schema/cidr";
import type { TrainerConfig } from "../schema/trainer";
import { prefixes, type DataBucket } from "./data-bucket";
import { serviceRole, type PermissionsToGrant, type ServiceRole } from "./service-role";
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
}

/** An EC2 instance with a Deep Learning AMI that can read the data and write models, and nothing else. */
export class Trainer extends pulumi.ComponentResource {
  /** The instance's id, for Session Manager. */
  readonly instanceId: pulumi.Output<string>;
  /** Public DNS name; empty where the subnet gives none. */
  readonly address: pulumi.Output<string>;
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
    const { ami, vpcId } = lookUp(settings, child);
    const role = this.createRole(name, args);
    this.toGrant = role.toGrant === undefined ? [] : [role.toGrant];
    const profile = new aws.iam.InstanceProfile(
      name,
      { role: role.name },
      { parent: role.resource ?? this },
    );
    this.uploadCode(name, args.dataBucket);
    const logGroup = this.createLogGroup(name, args.naming);
    const shared = {
      region: args.location.region,
      logGroup: trainerLogGroupName(args.naming),
      idleMinutes: settings.idleMinutes,
      firstTraining: settings.startTraining ? settings.hyperparameters : undefined,
    };
    const securityGroup = this.createSecurityGroup(name, settings, vpcId);
    const instance = new aws.ec2.Instance(
      name,
      {
        ami,
        instanceType: settings.instanceType,
        subnetId: settings.subnetId,
        vpcSecurityGroupIds: [securityGroup.id],
        iamInstanceProfile: profile.name,
        keyName: settings.keyName,
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          // Containers on the instance are one hop further away and have no business with its credentials.
          httpPutResponseHopLimit: 1,
        },
        rootBlockDevice: {
          volumeType: "gp3",
          volumeSize: settings.volumeSize,
          encrypted: true,
          deleteOnTermination: true,
        },
        userData: pulumi
          .output(args.dataBucket.bucketName)
          .apply((bucket) => trainerUserData({ ...shared, bucket })),
        instanceInitiatedShutdownBehavior: "stop",
        instanceMarketOptions: settings.spot ? spotMarket : undefined,
        tags: { Name: stackName(args.naming, name) },
      },
      // A newer image is released every few weeks; a running training must not be replaced on that day.
      { ...child, ignoreChanges: ["ami"], dependsOn: logGroup },
    );
    this.instanceId = instance.id;
    this.address = instance.publicDns;
    this.registerOutputs({ instanceId: this.instanceId, address: this.address });
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

  private createSecurityGroup(
    name: string,
    settings: TrainerConfig,
    vpcId: pulumi.Output<string> | undefined,
  ): aws.ec2.SecurityGroup {
    const group = new aws.ec2.SecurityGroup(
      name,
      { description: "SSH from configured networks only", vpcId },
      { parent: this },
    );
    const rule = { parent: group };
    for (const cidr of settings.allowedCidrs) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-ssh-${cidr}`,
        {
          securityGroupId: group.id,
          description: "SSH",
          ipProtocol: "tcp",
          fromPort: 22,
          toPort: 22,
          ...(isIpv6(cidr) ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
        },
        rule,
      );
    }
    const outward: [string, number, string][] = [
      ["https", 443, "AWS and package registries over TLS"],
      ["http", 80, "Ubuntu's signed packages, which its mirrors serve without TLS"],
    ];
    for (const [what, port, description] of outward) {
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-${what}`,
        {
          securityGroupId: group.id,
          description,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          cidrIpv4: "0.0.0.0/0",
        },
        rule,
      );
    }
    return group;
  }
}

function lookUp(settings: TrainerConfig, options: pulumi.InvokeOutputOptions) {
  const ami = aws.ssm.getParameterOutput(
    {
      name: `/aws/service/deeplearning/ami/x86_64/${settings.amiFlavour}/latest/ami-id`,
    },
    options,
    // The public parameter is no secret; as one, no rule could read which image the instance runs.
  ).insecureValue;
  const vpcId =
    settings.subnetId === undefined
      ? undefined
      : aws.ec2.getSubnetOutput({ id: settings.subnetId }, options).vpcId;
  return { ami, vpcId };
}

/** Spare capacity that is taken away only for a while: the disk stays, and the instance goes on. */
const spotMarket: aws.types.input.ec2.InstanceInstanceMarketOptions = {
  marketType: "spot",
  spotOptions: { spotInstanceType: "persistent", instanceInterruptionBehavior: "stop" },
};

function trainerPolicy({ location, naming, dataBucket }: TrainerArgs): aws.iam.PolicyDocument {
  const { bucketName, kmsKeyArn } = dataBucket;
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
    kmsKeyArn === undefined ? [] : useKey(kmsKeyArn),
    writeLogs(arn(location, "logs", `log-group:${trainerLogGroupName(naming)}`)),
    openSessions(),
  );
}
