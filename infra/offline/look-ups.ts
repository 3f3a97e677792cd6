import { policyDocument } from "./policy-document";
import { dnsSuffixOf, hexDigest, type AwsAccount } from "./aws-resource-kinds";
import { standInAnswer } from "./stand-in-answer";

const emptyVpc = { cidrBlock: "10.0.0.0/16", default: true, state: "available" };

/**
 * Answers a look-up (`invoke`) of a program.
 *
 * @returns what an account without surprises would answer; for look-ups that are not listed here, a value of the right
 * type for each property
 */
export function lookUp(
  account: AwsAccount,
  token: string,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
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
    case "aws:iam/getPolicyDocument:getPolicyDocument": {
      const json = policyDocument(inputs);
      return { ...inputs, id: hexDigest(json, 10), json, minifiedJson: json };
    }
    default:
      return networkLookUp(account, token, inputs);
  }
}

/** What is asked of EC2: a default VPC with two subnets and nothing in it. */
function networkLookUp(
  account: AwsAccount,
  token: string,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  const { region } = account;
  switch (token) {
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
    case "aws:index/getAvailabilityZones:getAvailabilityZones": {
      const zones = ["a", "b", "c"];
      return {
        ...inputs,
        id: region,
        names: zones.map((zone) => region + zone),
        zoneIds: zones.map((_, index) => `${region}-az${String(index + 1)}`),
        groupNames: [region],
      };
    }
    case "aws:ec2/getAmi:getAmi": {
      const id = `ami-0${hexDigest(JSON.stringify(inputs), 16)}`;
      return { ...standInAnswer(account, token, inputs), id, imageId: id, architecture: "x86_64" };
    }
    default:
      return standInAnswer(account, token, inputs);
  }
}
