import { policyDocument } from "./policy-document";
import { dnsSuffixOf, hexDigest, type AwsAccount } from "./aws-resource-kinds";
import { standInAnswer } from "./stand-in-answer";

type Properties = Readonly<Record<string, unknown>>;

/** What an account without surprises answers beside what was asked with. */
type Answer = (account: AwsAccount, inputs: Properties) => Record<string, unknown>;

const idOf = (prefix: string, text: string): string => `${prefix}-0${hexDigest(text, 16)}`;

/** By the middle of the token. */
const answers: Readonly<Record<string, Answer>> = {
  // A default VPC with two subnets and nothing in it.
  "ec2/getInstances": ({ region }) => ({ id: region, ids: [] }),
  "ec2/getVpc": () => ({
    cidrBlock: "10.0.0.0/16",
    default: true,
    state: "available",
    id: idOf("vpc", "vpc"),
  }),
  "ec2/getSubnets": ({ region }) => ({
    id: region,
    ids: ["a", "b"].map((zone) => idOf("subnet", zone)),
  }),
  "ec2/getSubnet": ({ region }) => ({
    availabilityZone: `${region}a`,
    id: idOf("subnet", "a"),
    vpcId: idOf("vpc", "vpc"),
  }),
  "ec2/getAmi": (account, inputs) => {
    const id = idOf("ami", JSON.stringify(inputs));
    const declared = standInAnswer(account, "aws:ec2/getAmi:getAmi", inputs);
    return { ...declared, id, imageId: id, architecture: "x86_64" };
  },

  "index/getAvailabilityZones": ({ region }) => ({
    id: region,
    names: ["a", "b", "c"].map((zone) => region + zone),
    zoneIds: [1, 2, 3].map((index) => `${region}-az${index}`),
    groupNames: [region],
  }),
  "index/getCallerIdentity": ({ accountId, partition }) => ({
    accountId,
    arn: `arn:${partition}:iam::${accountId}:user/preview`,
    userId: "AIDAEXAMPLE",
    id: accountId,
  }),
  "index/getRegion": ({ region }) => ({
    region,
    name: region,
    id: region,
    description: region,
    endpoint: "",
  }),
  "index/getPartition": (account) => {
    const dnsSuffix = dnsSuffixOf(account);
    const reverseDnsPrefix = dnsSuffix.split(".").reverse().join(".");
    return { partition: account.partition, dnsSuffix, id: account.partition, reverseDnsPrefix };
  },
  "ssm/getParameter": (_account, { name }) => {
    const value = idOf("ami", String(name));
    return { value, insecureValue: value, type: "String", version: 1, id: name };
  },
  // Nothing was ever pushed: the program builds what it needs.
  "ecr/getImages": (_account, { repositoryName }) => ({ id: repositoryName, imageIds: [] }),
  "s3/getBucket": ({ partition }, { bucket }) => ({
    id: bucket,
    arn: `arn:${partition}:s3:::${String(bucket)}`,
  }),
  "iam/getRole": ({ partition, accountId }, { name }) => {
    const services = ["ec2", "lambda", "sagemaker"].map((service) => `${service}.amazonaws.com`);
    const statement = { Effect: "Allow", Principal: { Service: services } };
    return {
      id: name,
      arn: `arn:${partition}:iam::${accountId}:role/${String(name)}`,
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: { ...statement, Action: "sts:AssumeRole" },
      }),
    };
  },
  "iam/getPolicyDocument": (_account, inputs) => {
    const json = policyDocument(inputs);
    return { id: hexDigest(json, 10), json, minifiedJson: json };
  },
};

/**
 * Answers a look-up (`invoke`) of a program.
 *
 * @param token such as `aws:ec2/getVpc:getVpc`
 * @returns what an account without surprises would answer; for look-ups that are not listed here, a value of the right
 * type for each property
 */
export function lookUp(
  account: AwsAccount,
  token: string,
  inputs: Properties,
): Record<string, unknown> {
  const answer = answers[/^aws:(.+):/.exec(token)?.[1] ?? ""];
  return answer === undefined
    ? standInAnswer(account, token, inputs)
    : { ...answer(account, inputs), ...inputs };
}
