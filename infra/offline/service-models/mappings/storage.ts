import { unknownValue } from "../values";
import { asJson, type Mappings } from "../request-mapping";

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
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    requests: [
      {
        service: "s3",
        operation: "PutBucketLifecycleConfiguration",
        names: { rules: "LifecycleConfiguration.Rules" },
      },
    ],
  },
  "aws:s3/bucketLogging:BucketLogging": {
    requests: [
      {
        service: "s3",
        operation: "PutBucketLogging",
        names: {
          targetBucket: "BucketLoggingStatus.LoggingEnabled.TargetBucket",
          targetPrefix: "BucketLoggingStatus.LoggingEnabled.TargetPrefix",
        },
      },
    ],
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    requests: [
      {
        service: "s3",
        operation: "PutBucketOwnershipControls",
        names: { rule: "OwnershipControls.Rules" },
      },
    ],
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    requests: [
      { service: "s3", operation: "PutBucketPolicy", names: { policy: asJson("Policy") } },
    ],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    requests: [
      {
        service: "s3",
        operation: "PutPublicAccessBlock",
        names: Object.fromEntries(
          ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"].map(
            (member) => [
              `${member.charAt(0).toLowerCase()}${member.slice(1)}`,
              `PublicAccessBlockConfiguration.${member}`,
            ],
          ),
        ),
      },
    ],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    requests: [
      {
        service: "s3",
        operation: "PutBucketEncryption",
        names: {
          rules: "ServerSideEncryptionConfiguration.Rules",
          "rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": "KMSMasterKeyID",
        },
      },
    ],
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    requests: [{ service: "s3", operation: "PutBucketVersioning" }],
  },
};

/** Objects, images and their repositories. */
const contentMappings: Mappings = {
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    requests: [
      {
        service: "s3",
        operation: "PutObject",
        names: {
          source: "Body",
          content: "Body",
          tags: {
            to: "Tagging",
            as: (tags: Record<string, string>) => new URLSearchParams(tags).toString(),
          },
        },
      },
    ],
  },
  "aws:ecr/repository:Repository": {
    requests: [
      { service: "ecr", operation: "CreateRepository", names: { name: "repositoryName" } },
    ],
    providerOnly: { forceDelete: "the provider reads it when it deletes the repository" },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    requests: [
      {
        service: "ecr",
        operation: "PutLifecyclePolicy",
        names: { repository: "repositoryName", policy: asJson("lifecyclePolicyText") },
      },
    ],
  },
  "awsx:ecr:Image": {
    requests: [
      {
        // What `docker push` comes down to.
        service: "ecr",
        operation: "PutImage",
        names: {
          repositoryUrl: { to: "repositoryName", as: (url: string) => url.replace(/^[^/]*\//, "") },
        },
        adds: () => ({ imageManifest: unknownValue }),
      },
    ],
    providerOnly: {
      context: "Docker reads it",
      dockerfile: "Docker reads it",
      platform: "Docker reads it",
    },
  },
};

/** S3 and ECR. */
export const storageMappings: Mappings = { ...bucketMappings, ...contentMappings };
