import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { stackName, type Naming } from "../../names";
import { settingsTag } from "./trainer-guard";
import { metadataOptions, type TrainerHostArgs } from "./trainer-instance";

/** The names of the two Auto Scaling groups. */
export interface TrainerGroupNames {
  /** Spot Instances. */
  readonly spot: string;
  /** On-Demand Instances, while there is no Spot capacity. */
  readonly onDemand: string;
}

export interface TrainerGroupsArgs extends TrainerHostArgs {
  readonly groups: TrainerGroupNames;
  /** Subnets to find capacity in. */
  readonly subnetIds: pulumi.Input<string[]>;
  /**
   * Tags of the instances and their disks.
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Minutes for which Spot capacity is requested before an On-Demand Instance is started. */
export const fallbackMinutes = 10;

/** The groups' names, known in a preview: the trainer's role may change exactly their capacity. */
export function groupNames(naming: Naming): TrainerGroupNames {
  return {
    spot: stackName(naming, "trainer-spot"),
    onDemand: stackName(naming, "trainer-on-demand"),
  };
}

/**
 * A trainer on a Spot Instance that falls back to On-Demand.
 *
 * EC2 itself never does: a fleet and a mixed group leave missing Spot capacity missing. So there are two groups of one
 * instance at most. Where the spot group has wanted an instance for {@link fallbackMinutes} without getting it, an alarm
 * raises the other one from 0 to 1; the instance that then starts tells the spot group to stop looking. An interrupted
 * instance is replaced the same way, and resumes from the checkpoint in the data bucket. A trainer that is done or idle
 * sets both groups to 0: the instance and its disk go.
 */
export class TrainerGroups extends pulumi.ComponentResource {
  constructor(name: string, args: TrainerGroupsArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:TrainerGroups", name, {}, options);
    const child = { parent: this };
    const template = this.createTemplate(name, args);
    const group = (suffix: string, groupName: string, spot: boolean): aws.autoscaling.Group =>
      new aws.autoscaling.Group(
        `${name}-${suffix}`,
        {
          name: groupName,
          minSize: 0,
          maxSize: 1,
          desiredCapacity: spot ? 1 : 0,
          vpcZoneIdentifiers: args.subnetIds,
          mixedInstancesPolicy: {
            launchTemplate: {
              launchTemplateSpecification: {
                launchTemplateId: template.id,
                version: pulumi.interpolate`${template.latestVersion}`,
              },
            },
            instancesDistribution: {
              onDemandBaseCapacity: 0,
              onDemandPercentageAboveBaseCapacity: spot ? 0 : 100,
              spotAllocationStrategy: "price-capacity-optimized",
            },
          },
          healthCheckType: "EC2",
          enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances"],
          metricsGranularity: "1Minute",
          // Missing capacity must not fail an update, and a stack that goes takes its instance along.
          waitForCapacityTimeout: "0",
          forceDelete: true,
          tags: Object.entries({ ...args.tags, Name: args.displayName }).map(([key, value]) => ({
            key,
            value,
            propagateAtLaunch: false,
          })),
        },
        // Starting and stopping is done by people and by the trainer itself: an update leaves it as it is.
        { ...child, dependsOn: options?.dependsOn, ignoreChanges: ["desiredCapacity"] },
      );
    const spot = group("spot", args.groups.spot, true);
    const onDemand = group("on-demand", args.groups.onDemand, false);
    this.fallBack(name, spot, onDemand);
    this.registerOutputs();
  }

  private createTemplate(name: string, args: TrainerGroupsArgs): aws.ec2.LaunchTemplate {
    const { settings } = args;
    const tags = { ...args.tags, Name: args.displayName, [settingsTag]: args.settingsTag };
    return new aws.ec2.LaunchTemplate(
      `${name}-${settings.amiFlavour}`,
      {
        imageId: args.image,
        instanceType: settings.instanceType,
        vpcSecurityGroupIds: [args.securityGroupId],
        iamInstanceProfile: { name: args.profileName },
        keyName: settings.keyName,
        metadataOptions,
        blockDeviceMappings: [
          {
            // The root device of Ubuntu's images.
            deviceName: "/dev/sda1",
            ebs: {
              volumeType: "gp3",
              volumeSize: settings.volumeSize,
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        userData: args.userData.apply((script) => Buffer.from(script).toString("base64")),
        instanceInitiatedShutdownBehavior: "terminate",
        tagSpecifications: ["instance", "volume"].map((resourceType) => ({ resourceType, tags })),
      },
      // A newer image is released every few weeks; one of another flavour comes with another template.
      { parent: this, ignoreChanges: ["imageId"] },
    );
  }

  private fallBack(
    name: string,
    spot: aws.autoscaling.Group,
    onDemand: aws.autoscaling.Group,
  ): void {
    const take = new aws.autoscaling.Policy(
      name,
      {
        autoscalingGroupName: onDemand.name,
        policyType: "SimpleScaling",
        adjustmentType: "ExactCapacity",
        scalingAdjustment: 1,
      },
      { parent: onDemand },
    );
    const count = (id: string, metricName: string) => ({
      id,
      metric: {
        namespace: "AWS/AutoScaling",
        metricName,
        dimensions: { AutoScalingGroupName: spot.name },
        stat: "Minimum",
        period: 60,
      },
    });
    new aws.cloudwatch.MetricAlarm(
      `${name}-no-spot`,
      {
        alarmDescription: pulumi.interpolate`${spot.name} has found no Spot capacity for ${fallbackMinutes} minutes: ${onDemand.name} starts an instance`,
        metricQueries: [
          {
            id: "missing",
            expression: "wanted - running",
            label: "instances that Spot capacity is missing for",
            returnData: true,
          },
          count("wanted", "GroupDesiredCapacity"),
          count("running", "GroupInServiceInstances"),
        ],
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        evaluationPeriods: fallbackMinutes,
        treatMissingData: "notBreaching",
        alarmActions: [take.arn],
      },
      { parent: spot },
    );
  }
}
