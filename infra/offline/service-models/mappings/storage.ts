import { unknownValue } from "../values";
import { asJson, membersBelow, sends, type Mappings } from "../request-mapping";

/** Buckets and what is set on them. */
const bucketMappings: Mappings = {
  "aws:s3/bucket:Bucket": {
    requests: [
      { service: "s3", operation: "CreateBucket", leaves: ["tags"] },
      {
        service: "s3",
        operation: "PutBucketTagging",
        takes: ["bucket", "tags"],
        names: { tags: "Tagging.TagSet" },
        when: ({ tags }) => tags !== undefined,
      },
    ],
    providerOnly: { forceDestroy: "the provider reads it when it deletes the bucket" },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": sends(
    "s3",
    "PutBucketLifecycleConfiguration",
    { rules: "LifecycleConfiguration.Rules" },
  ),
  "aws:s3/bucketLogging:BucketLogging": sends(
    "s3",
    "PutBucketLogging",
    membersBelow("BucketLoggingStatus.LoggingEnabled", "TargetBucket", "TargetPrefix"),
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": sends(
    "s3",
    "PutBucketOwnershipControls",
    { rule: "OwnershipControls.Rules" },
  ),
  "aws:s3/bucketPolicy:BucketPolicy": sends("s3", "PutBucketPolicy", { policy: asJson("Policy") }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": sends(
    "s3",
    "PutPublicAccessBlock",
    membersBelow(
      "PublicAccessBlockConfiguration",
      ...["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"],
    ),
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": sends(
    "s3",
    "PutBucketEncryption",
    {
      rules: "ServerSideEncryptionConfiguration.Rules",
      "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": "KMSMasterKeyID",
    },
  ),
  "aws:s3/bucketVersioning:BucketVersioning": sends("s3", "PutBucketVersioning"),
};

const docker = "Docker reads it";

/** Objects, images and their repositories. */
const contentMappings: Mappings = {
  "aws:s3/bucketObjectv2:BucketObjectv2": sends("s3", "PutObject", {
    source: "Body",
    content: "Body",
    tags: {
      to: "Tagging",
      as: (tags: Record<string, string>) => new URLSearchParams(tags).toString(),
    },
  }),
  "aws:ecr/repository:Repository": sends(
    "ecr",
    "CreateRepository",
    { name: "repositoryName" },
    { providerOnly: { forceDelete: "the provider reads it when it deletes the repository" } },
  ),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": sends("ecr", "PutLifecyclePolicy", {
    repository: "repositoryName",
    policy: asJson("lifecyclePolicyText"),
  }),
  // What `docker push` comes down to.
  "awsx:ecr:Image": sends(
    "ecr",
    "PutImage",
    { repositoryUrl: { to: "repositoryName", as: (url: string) => url.replace(/^[^/]*\//, "") } },
    {
      adds: () => ({ imageManifest: unknownValue }),
      providerOnly: { context: docker, dockerfile: docker, platform: docker },
    },
  ),
};

/** S3 and ECR. */
export const storageMappings: Mappings = { ...bucketMappings, ...contentMappings };
