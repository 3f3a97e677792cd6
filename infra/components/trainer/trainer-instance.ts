import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { TrainerConfig } from "../../schema/trainer";
import { settingsTag } from "./trainer-guard";

/** What a trainer is started with, alone or in a group. */
export interface TrainerHostArgs {
  readonly settings: TrainerConfig;
  /** Id of the machine image. */
  readonly image: pulumi.Input<string>;
  /** Name of the instance profile. */
  readonly profileName: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
  /** The first-boot script, which is the same for all settings. */
  readonly userData: pulumi.Output<string>;
  /** What the console shows. */
  readonly displayName: string;
  /** Value of the tag that says which settings a running instance has. */
  readonly settingsTag: pulumi.Input<string>;
}

/** Asks for a session token; containers on the instance are one hop further away and have no business with its credentials. */
export const metadataOptions = {
  httpEndpoint: "enabled",
  httpTokens: "required",
  httpPutResponseHopLimit: 1,
} as const;

/**
 * One instance that stops when it shuts itself down, and keeps its disk.
 *
 * Another key pair, subnet, bucket or flavour of the image is another instance, and another type restarts it.
 */
export function createInstance(
  name: string,
  args: TrainerHostArgs,
  options: pulumi.CustomResourceOptions,
): aws.ec2.Instance {
  const { settings } = args;
  return new aws.ec2.Instance(
    // A newer image does not count, as it says below; one of another flavour does.
    `${name}-${settings.amiFlavour}`,
    {
      ami: args.image,
      instanceType: settings.instanceType,
      subnetId: settings.subnetId,
      vpcSecurityGroupIds: [args.securityGroupId],
      iamInstanceProfile: args.profileName,
      keyName: settings.keyName,
      metadataOptions,
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: settings.volumeSize,
        encrypted: true,
        deleteOnTermination: true,
      },
      userData: args.userData,
      userDataReplaceOnChange: true,
      instanceInitiatedShutdownBehavior: "stop",
      tags: { Name: args.displayName, [settingsTag]: args.settingsTag },
    },
    // A newer image is released every few weeks; a running training must not be replaced on that day.
    { ...options, ignoreChanges: ["ami"] },
  );
}
