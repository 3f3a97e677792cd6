import * as pulumi from "@pulumi/pulumi";
import { resolveIdentity } from "./aws-identities";
import { partitionOf } from "../../packages/aws-facts/partitions";
import { dnsSuffixOf, hexDigest, type AwsAccount } from "./aws-resource-kinds";

/** What the stand-in AWS should pretend. */
export interface AwsMocksOptions {
  /**
   * Twelve digits.
   * @default "123456789012"
   */
  readonly accountId?: string;
  /** @default "us-east-1" */
  readonly region?: string;
  /** @default the region's */
  readonly partition?: string;
  /**
   * `deployed`: every id and ARN is known, as after `pulumi up`. `preview`: only what a first preview knows (inputs and
   * generated names), so run the program with Pulumi's preview flag set, too.
   * @default "deployed"
   */
  readonly stage?: "preview" | "deployed";
  /**
   * The outputs of other stacks, by the name that a StackReference gives.
   * @default none
   */
  readonly stacks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const emptyVpc = { cidrBlock: "10.0.0.0/16", default: true, state: "available" };

function lookUp(account: AwsAccount, token: string, inputs: Record<string, unknown>) {
  const { accountId, partition, region } = account;
  switch (token) {
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return {
        accountId,
        arn: `arn:${partition}:iam::${accountId}:user/preview`,
        userId: "AIDAEXAMPLE",
        id: accountId,
      };
    case "aws:index/getRegion:getRegion":
      return { region, name: region, id: region, description: region, endpoint: "" };
    case "aws:index/getPartition:getPartition": {
      const dnsSuffix = dnsSuffixOf(account);
      return {
        partition,
        dnsSuffix,
        id: partition,
        reverseDnsPrefix: dnsSuffix.split(".").reverse().join("."),
      };
    }
    case "aws:ssm/getParameter:getParameter": {
      const name = String(inputs["name"]);
      const value = `ami-0${hexDigest(name, 16)}`;
      return { ...inputs, name, value, insecureValue: value, type: "String", version: 1, id: name };
    }
    case "aws:ecr/getImages:getImages":
      // Nothing was ever pushed: the program builds what it needs.
      return { ...inputs, id: inputs["repositoryName"], imageIds: [] };
    case "aws:s3/getBucket:getBucket":
      return {
        ...inputs,
        id: inputs["bucket"],
        arn: `arn:${partition}:s3:::${String(inputs["bucket"])}`,
      };
    case "aws:iam/getRole:getRole": {
      const name = String(inputs["name"]);
      const services = ["ec2", "lambda", "sagemaker"].map((service) => `${service}.amazonaws.com`);
      const statement = { Effect: "Allow", Principal: { Service: services } };
      return {
        ...inputs,
        id: name,
        arn: `arn:${partition}:iam::${accountId}:role/${name}`,
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: { ...statement, Action: "sts:AssumeRole" },
        }),
      };
    }
    case "aws:ec2/getInstances:getInstances":
      return { ...inputs, id: region, ids: [] };
    case "aws:ec2/getVpc:getVpc":
      return { ...emptyVpc, ...inputs, id: String(inputs["id"] ?? `vpc-0${hexDigest("vpc", 16)}`) };
    case "aws:ec2/getSubnets:getSubnets":
      return {
        ...inputs,
        id: region,
        ids: ["a", "b"].map((zone) => `subnet-0${hexDigest(zone, 16)}`),
      };
    case "aws:ec2/getSubnet:getSubnet":
      return {
        availabilityZone: `${region}a`,
        id: `subnet-0${hexDigest("a", 16)}`,
        vpcId: `vpc-0${hexDigest("vpc", 16)}`,
        ...inputs,
      };
    default:
      throw new Error(
        `The stand-in for AWS has no answer to the look-up ${token}. Add one to lookUp() in infra/offline/aws-mocks.ts.`,
      );
  }
}

/**
 * What AWS knows of a resource that exists already and belongs to somebody else, as `Resource.get` reads it.
 *
 * @returns its state, or undefined for a type that no program reads yet
 */
export function readExisting(
  account: AwsAccount,
  type: string,
  id: string,
): Record<string, unknown> | undefined {
  const arn = `arn:${account.partition}:sagemaker:${account.region}:${account.accountId}`;
  switch (type) {
    case "aws:sagemaker/endpoint:Endpoint":
      return { name: id, arn: `${arn}:endpoint/${id}`, endpointConfigName: `${id}-configuration` };
    case "aws:sagemaker/endpointConfiguration:EndpointConfiguration":
      return {
        name: id,
        arn: `${arn}:endpoint-config/${id}`,
        // What the console and SageMaker's SDK call a variant when they are not told.
        productionVariants: [{ variantName: "AllTraffic", instanceType: "ml.m5.large" }],
      };
    default:
      return undefined;
  }
}

/**
 * A stand-in for AWS to evaluate the program against, without credentials or network.
 *
 * Every run gives the same names, ids and ARNs. Look-ups without an answer throw an error that names their token.
 */
export function createAwsMocks(options: AwsMocksOptions = {}): pulumi.runtime.Mocks {
  const region = options.region ?? "us-east-1";
  const account: AwsAccount = {
    accountId: options.accountId ?? "123456789012",
    region,
    partition: options.partition ?? partitionOf(region)?.id ?? "aws",
  };
  const deployed = (options.stage ?? "deployed") === "deployed";
  return {
    // The interface allows a promise here; what is returned needs no waiting.
    newResource: ({ type, name, inputs, id: readId }) => {
      if (readId) {
        const outputs = options.stacks?.[readId];
        const state =
          type === "pulumi:pulumi:StackReference" && outputs !== undefined
            ? { name: readId, outputs, secretOutputNames: [] }
            : readExisting(account, type, readId);
        if (state === undefined) {
          throw new Error(
            `The stand-in for AWS has no ${type} ${readId}. Add it to readExisting() in infra/offline/aws-mocks.ts, or to its option stacks.`,
          );
        }
        return { id: readId, state };
      }
      const given = inputs as Record<string, unknown>;
      const { id, computed, generatedName } = resolveIdentity(account, type, name, given);
      return {
        id: deployed ? id : undefined,
        state: { ...given, ...generatedName, ...(deployed ? computed : {}) },
      };
    },
    call: ({ token, inputs }) => lookUp(account, token, inputs as Record<string, unknown>),
  };
}
