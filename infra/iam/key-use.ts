import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Location } from "../location";
import { policy } from "./documents";
import type { Statement } from "./statements";

type Arn = pulumi.Input<string>;
type Conditions = Readonly<Record<string, Record<string, string | string[]>>>;

/** What is done with a KMS key: a statement without the key and without who does it. */
export interface KeyUse {
  readonly Sid: string;
  readonly Action: string[];
  readonly Condition?: pulumi.Input<Conditions>;
}

/** The condition that S3 asks KMS, for objects of the buckets `bucketArns`. */
function throughS3({ region }: Location, bucketArns: readonly Arn[]): pulumi.Output<Conditions> {
  return pulumi.all([...bucketArns]).apply((arns): Conditions => ({
    StringLike: {
      // The end differs between partitions: amazonaws.com, amazonaws.com.cn, amazonaws.eu.
      "kms:ViaService": `s3.${region}.*`,
      // The bucket where it has a bucket key, otherwise the object.
      "kms:EncryptionContext:aws:s3:arn": [...new Set(arns)].flatMap((arn) => [arn, `${arn}/*`]),
    },
  }));
}

/** Read objects of the buckets. Source: S3 user guide, "Using server-side encryption with AWS KMS keys", permissions. */
export function decryptObjects(location: Location, ...bucketArns: Arn[]): KeyUse {
  const Condition = throughS3(location, bucketArns);
  return { Sid: "DecryptObjects", Action: ["kms:Decrypt"], Condition };
}

/**
 * Read and write objects of the buckets, also in parts, which S3 decrypts to put them together.
 *
 * Source: S3 user guide, "Using server-side encryption with AWS KMS keys" and "Multipart upload API and permissions".
 */
export function encryptObjects(location: Location, ...bucketArns: Arn[]): KeyUse {
  return {
    Sid: "EncryptObjects",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Condition: throughS3(location, bucketArns),
  };
}

/**
 * Let SageMaker write with a key that a request names (OutputDataConfig, DataCaptureConfig, AsyncInferenceConfig).
 *
 * Source: SageMaker developer guide, "How to use SageMaker AI execution roles", CreateTrainingJob and
 * CreateHyperParameterTuningJob, "if you specify a KMS key in the output configuration"; who asks KMS is not documented.
 */
export function encryptOutput(): KeyUse {
  return { Sid: "EncryptOutput", Action: ["kms:DescribeKey", "kms:Encrypt"] };
}

/**
 * Let SageMaker encrypt the disks of instances, for which it creates a grant.
 *
 * Source: SageMaker developer guide, "How to use SageMaker AI execution roles", "if you specify a volume KMS key";
 * SageMaker API reference, CreateEndpointConfig and RecommendationJobInputConfig; KMS developer guide, kms:GrantIsForAWSResource.
 */
export function encryptDisks(): KeyUse {
  return {
    Sid: "EncryptDisks",
    Action: ["kms:CreateGrant"],
    Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
  };
}

/** Send messages to encrypted queues. Source: SQS developer guide, "Key management", permissions of producers. */
export function encryptMessages({ region }: Location): KeyUse {
  return {
    Sid: "EncryptMessages",
    Action: ["kms:Decrypt", "kms:GenerateDataKey"],
    Condition: { StringLike: { "kms:ViaService": `sqs.${region}.*` } },
  };
}

/**
 * Allow uses of keys in a role's policy, which counts where the key's policy leaves that to IAM.
 *
 * @param keyArns ARNs of the keys themselves, not of aliases, which IAM does not know; none: no statement
 */
export function useKeys(keyArns: readonly (Arn | undefined)[], ...uses: KeyUse[]): Statement[] {
  const keys = keyArns.filter((arn) => arn !== undefined);
  const Resource = pulumi.all(keys).apply((arns) => [...new Set(arns)]);
  return keys.length === 0 ? [] : uses.map((use) => ({ ...use, Effect: "Allow", Resource }));
}

/** Arguments of {@link keyPolicy}. */
export interface KeyPolicyArgs {
  readonly location: Location;
  /** ARN of the bucket that the key encrypts. */
  readonly bucketArn: Arn;
  /** Patterns of the ARNs of the roles that may use the key. */
  readonly roleArns: readonly Arn[];
}

/**
 * The policy of a key that is created in the same update as the roles that use it.
 *
 * A role's policy would need the key's ARN, which no preview knows before there is a key, or its alias, which can take five
 * minutes to count (KMS developer guide, "Use aliases to control access to KMS keys"). The roles' ARNs are known, and the
 * policy counts from the key's first moment. It names them in a condition because KMS refuses principals that do not exist.
 */
export function keyPolicy({
  location,
  bucketArn,
  roleArns,
}: KeyPolicyArgs): aws.iam.PolicyDocument {
  const { partition, accountId } = location;
  const uses = [
    encryptObjects(location, bucketArn),
    encryptOutput(),
    encryptDisks(),
    encryptMessages(location),
  ];
  return policy(
    {
      // Without it nobody could ever change the key, and IAM policies would not count.
      Sid: "LetIamPoliciesDecide",
      Effect: "Allow",
      Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    uses.map(({ Condition, ...use }): Statement => ({
      ...use,
      Effect: "Allow",
      Principal: { AWS: "*" },
      Resource: "*",
      Condition: pulumi
        .all([Condition ?? {}, pulumi.all([...roleArns])])
        .apply(([condition, arns]) => ({ ...condition, ArnLike: { "aws:PrincipalArn": arns } })),
    })),
  );
}
