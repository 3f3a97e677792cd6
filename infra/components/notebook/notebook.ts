import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import { policy } from "../../iam/documents";
import { encryptDisks, encryptObjects, useKeys } from "../../iam/key-use";
import {
  createAndWriteLogs,
  listPrefixes,
  readObjects,
  stopNotebook,
  writeObjects,
} from "../../iam/statements";
import { arn, bucketArn } from "../../location";
import { stackName } from "../../names";
import { prefixes } from "../../prefixes";
import type { NotebookConfig } from "../../schema/notebook";
import type { DataBucket } from "../storage/data-bucket";
import { onStartScript } from "./notebook-scripts";
import { serviceRole, type PermissionsToGrant } from "../roles/service-role";

export interface NotebookArgs extends Context {
  /** Where the photos are and what the notebook writes goes. */
  readonly dataBucket: DataBucket;
  /** Instance type, disk, idle time, network and repository. */
  readonly settings: NotebookConfig;
}

/** A notebook that may use the stack's data, nobody is root on, and that stops itself when it is idle. */
export class Notebook extends pulumi.ComponentResource {
  /** Address in the browser, for whoever is logged in to AWS. */
  readonly url: pulumi.Output<string>;
  /** What the owner of an existing role has to allow. */
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: NotebookArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Notebook", name, {}, options);
    const { settings, dataBucket } = args;
    const notebookName = stackName(args.naming);
    const child = { parent: this };
    const role = serviceRole(
      name,
      {
        service: "sagemaker.amazonaws.com",
        location: args.location,
        description: `What the notebook ${notebookName} may do`,
        permissions: [{ resourceName: name, policy: notebookPolicy(args, notebookName) }],
        settings: settings.role,
      },
      child,
    );
    this.toGrant = role.toGrant;
    const { bucketName } = dataBucket;
    const { idleMinutes } = settings;
    const { region } = args.location;
    const lifecycle = new aws.sagemaker.NotebookInstanceLifecycleConfiguration(
      name,
      {
        onStart: pulumi
          .output(bucketName)
          .apply((bucket) => onStartScript({ notebookName, idleMinutes, bucket, region }))
          .apply((script) => Buffer.from(script).toString("base64")),
      },
      child,
    );
    const notebook = new aws.sagemaker.NotebookInstance(
      name,
      {
        name: notebookName,
        roleArn: role.arn,
        instanceType: settings.instanceType,
        volumeSize: settings.volumeSize,
        kmsKeyId: dataBucket.kmsKeyArn,
        platformIdentifier: "notebook-al2023-v1",
        rootAccess: "Disabled",
        instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "2" },
        lifecycleConfigName: lifecycle.name,
        defaultCodeRepository: settings.repository,
        ...this.network(name, settings),
      },
      { ...child, dependsOn: [...role.ready] },
    );
    this.url = pulumi.interpolate`https://${notebook.url}`;
    this.registerOutputs({ url: this.url });
  }

  private network(
    name: string,
    { network }: NotebookConfig,
  ): Pick<
    aws.sagemaker.NotebookInstanceArgs,
    "directInternetAccess" | "subnetId" | "securityGroups"
  > {
    if (network.type === "internet") {
      return { directInternetAccess: "Enabled" };
    }
    const { vpcId } = aws.ec2.getSubnetOutput({ id: network.subnetId }, { parent: this });
    const group = new aws.ec2.SecurityGroup(
      name,
      { description: "Notebook: TLS out, nothing in", vpcId },
      { parent: this },
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        description: "AWS and package registries over TLS",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
      },
      { parent: group },
    );
    return {
      directInternetAccess: "Disabled",
      subnetId: network.subnetId,
      securityGroups: [group.id],
    };
  }
}

function notebookPolicy(args: NotebookArgs, notebookName: string): aws.iam.PolicyDocument {
  const { location, dataBucket, settings } = args;
  const { bucketName } = dataBucket;
  const bucket = bucketArn(location, bucketName);
  const used = [prefixes.data, prefixes.models, prefixes.cache];
  const objects = used.map((prefix) => bucketArn(location, bucketName, `${prefix}*`));
  return policy(
    listPrefixes(bucket, used),
    readObjects(...objects),
    writeObjects(...objects),
    useKeys(
      [dataBucket.keyToAllow(settings.role)],
      encryptObjects(location, bucket),
      encryptDisks(),
    ),
    stopNotebook(arn(location, "sagemaker", `notebook-instance/${notebookName}`)),
    createAndWriteLogs(arn(location, "logs", "log-group:/aws/sagemaker/NotebookInstances")),
  );
}
