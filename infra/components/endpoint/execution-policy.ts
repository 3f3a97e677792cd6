import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy } from "../../iam/documents";
import {
  decryptObjects,
  encryptDisks,
  encryptObjects,
  encryptOutput,
  useKeys,
} from "../../iam/key-use";
import {
  createAndWriteLogs,
  listPrefixes,
  manageNetworkInterfaces,
  publishMetrics,
  publishTo,
  pullImage,
  readObjects,
  writeObjects,
  type Statement,
} from "../../iam/statements";
import { arn, bucketArn, type Location } from "../../location";
import { endpointLogGroupName } from "../../names";
import { asyncPrefixes, batchPrefixes, capturePrefix } from "../../prefixes";
import type { NetworkConfig } from "../../schema/network";
import type { EndpointArgs } from "./endpoint-args";
import { disksTakeKey } from "./endpoint-variant";

/**
 * What an endpoint's execution role is for: to load its models, run them, and write what they answer; and to do the same in
 * batch transform jobs, which run with the role of their model.
 */
export function executionPolicy(args: EndpointArgs): aws.iam.PolicyDocument {
  const { location, endpointName, dataBucket, settings } = args;
  const { serving, capture } = settings;
  const { requests, answers, errors } = asyncPrefixes(endpointName);
  const batch = batchPrefixes(endpointName);
  const objects = (...folders: string[]) =>
    folders.map((folder) => bucketArn(location, dataBucket.bucketName, `${folder}*`));
  const isAsync = serving.mode === "async";
  const written = [
    batch.answers,
    ...(isAsync ? [answers, errors] : []),
    ...(capture === undefined ? [] : [capturePrefix(endpointName)]),
  ];
  const models = [args.model, ...(settings.shadow ? [args.shadowModel ?? args.model] : [])];
  const data = bucketArn(location, dataBucket.bucketName);
  return policy(
    readObjects(
      ...models.map(({ readableArn }) => readableArn),
      ...objects(batch.requests, ...(isAsync ? [requests] : [])),
    ),
    listPrefixes(data, [batch.requests]),
    writeObjects(...objects(...written)),
    useKeys(
      models.flatMap(({ kmsKeyArns = [] }) => kmsKeyArns),
      decryptObjects(location, ...models.map((model) => model.bucketArn)),
    ),
    useKeys(
      [dataBucket.keyToAllow(settings.role)],
      encryptObjects(location, data),
      encryptOutput(),
      ...(disksTakeKey(settings) ? [encryptDisks()] : []),
    ),
    pullImage(args.image.repositoryArn),
    createAndWriteLogs(
      ...[endpointLogGroupName(endpointName), "/aws/sagemaker/TransformJobs"].map((group) =>
        arn(location, "logs", `log-group:${group}`),
      ),
    ),
    publishMetrics("/aws/sagemaker/Endpoints", "/aws/sagemaker/TransformJobs"),
    ...notified(args),
    serving.mode === "serverless" || serving.network === undefined
      ? []
      : joinNetwork(location, serving.network),
  );
}

/** The topics that hear of what an async endpoint has done. */
function notified({ settings: { serving }, alarmTopic }: EndpointArgs): Statement[] {
  if (serving.mode !== "async") {
    return [];
  }
  const { successTopicArn, errorTopicArn = alarmTopic?.knownTopicArn } =
    serving.notifications ?? {};
  const topics = [successTopicArn, errorTopicArn].filter((topic) => topic !== undefined);
  return topics.length === 0 ? [] : [publishTo(...topics)];
}

function joinNetwork(location: Location, network: NetworkConfig): Statement[] {
  // Subnets and groups may be shared by another account, and their ids are unique in all of AWS.
  const anywhere = (kind: string, id: string): pulumi.Output<string> =>
    pulumi.interpolate`arn:${location.partition}:ec2:${location.region}:*:${kind}/${id}`;
  return manageNetworkInterfaces({
    subnetArns: network.subnetIds.map((id) => anywhere("subnet", id)),
    securityGroupArns: network.securityGroupIds.map((id) => anywhere("security-group", id)),
    interfaceArn: arn(location, "ec2", "network-interface/*"),
  });
}
