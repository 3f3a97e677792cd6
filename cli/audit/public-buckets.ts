import {
  GetBucketAclCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  PutPublicAccessBlockCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import { readDocument } from "../../policies/iam/document";
import { judge } from "../../policies/iam/judge";
import { clientSettings } from "../aws/clients";
import { type Finding, unlessOwned } from "./finding";
import { ownerOf } from "./owner";

/** What S3 answers where a bucket has no such setting. */
const NOT_SET =
  /^(NoSuchBucketPolicy|NoSuchTagSet|NoSuchTagSetError|NoSuchPublicAccessBlockConfiguration)$/;
const EVERYBODY = /\/(AllUsers|AuthenticatedUsers)$/;
const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
} as const;

/** Buckets that anybody may use: by their policies or access control lists, where the bucket does not block public access. */
export async function publicBucketFindings(region: string): Promise<Finding[]> {
  const { Buckets = [] } = await new S3Client(clientSettings(region)).send(
    new ListBucketsCommand({}),
  );
  const findings: Finding[] = [];
  for (const { Name } of Buckets) {
    findings.push(...(await findingsOf(Name!, region)));
  }
  return findings;
}

async function findingsOf(bucket: string, region: string): Promise<Finding[]> {
  const s3 = await clientFor(bucket, region);
  const named = { Bucket: bucket };
  const block = await ifSet(s3.send(new GetPublicAccessBlockCommand(named)));
  const { IgnorePublicAcls, RestrictPublicBuckets } = block?.PublicAccessBlockConfiguration ?? {};
  const ways = [
    ...(RestrictPublicBuckets === true ? [] : await byPolicy(s3, bucket)),
    ...(IgnorePublicAcls === true ? [] : await byAccessControlList(s3, bucket)),
  ];
  if (ways.length === 0) {
    return [];
  }
  const tags = await ifSet(s3.send(new GetBucketTaggingCommand(named)));
  const owner = ownerOf(tags?.TagSet);
  return [
    {
      check: "bucket-public",
      resource: bucket,
      owner,
      message: ways.join("; "),
      ...unlessOwned(owner, {
        what: `block all public access to the bucket ${bucket}`,
        run: () =>
          s3.send(
            new PutPublicAccessBlockCommand({
              ...named,
              PublicAccessBlockConfiguration: ALL_BLOCKED,
            }),
          ),
      }),
    },
  ];
}

async function byPolicy(s3: S3Client, bucket: string): Promise<string[]> {
  const policy = await ifSet(s3.send(new GetBucketPolicyCommand({ Bucket: bucket })));
  if (policy?.Policy === undefined) {
    return [];
  }
  const { statements } = readDocument(policy.Policy);
  return judge(statements, { kind: "bucket" })
    .findings.filter(({ rule }) => rule === "no-public-resource-policy")
    .map(({ message }) => `its policy: ${message}`);
}

async function byAccessControlList(s3: S3Client, bucket: string): Promise<string[]> {
  const { Grants = [] } = await s3.send(new GetBucketAclCommand({ Bucket: bucket }));
  return Grants.filter(({ Grantee }) => EVERYBODY.test(Grantee?.URI ?? "")).map(
    ({ Grantee, Permission }) =>
      `its access control list gives ${Permission} to ${Grantee?.URI?.split("/").at(-1)}`,
  );
}

/** A bucket is asked in its own region; us-east-1 has no name there, and the oldest in Ireland an old one. */
async function clientFor(bucket: string, region: string): Promise<S3Client> {
  const { LocationConstraint: place = "us-east-1" } = await new S3Client(
    clientSettings(region),
  ).send(new GetBucketLocationCommand({ Bucket: bucket }));
  return new S3Client(clientSettings(place === "EU" ? "eu-west-1" : place));
}

async function ifSet<Result>(asking: Promise<Result>): Promise<Result | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (NOT_SET.test((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}
