import { storageMappings } from "../../../../infra/offline/service-models/mappings/storage";
import type { Lifecycle } from "../lifecycle";

const service = "s3";

/** A setting of a bucket: put again where it changes. */
function bucketPart(deleting?: string): Lifecycle {
  return {
    updates: "again",
    ...(deleting !== undefined && {
      deletes: ({ outputs }) => [
        { service, operation: deleting, request: { Bucket: outputs["bucket"] } },
      ],
    }),
  };
}

/** Buckets, objects and image repositories. No bucket policies: moto denies what one denies, whatever its conditions say. */
export const storageLifecycles: Readonly<Record<string, Lifecycle>> = {
  "aws:s3/bucket:Bucket": {
    updates: storageMappings["aws:s3/bucket:Bucket"]!.requests.filter(
      ({ operation }) => operation === "PutBucketTagging",
    ),
    deletes: ({ id }) => [{ service, operation: "DeleteBucket", request: { Bucket: id } }],
    checks: { asks: ({ id }) => ({ service, operation: "HeadBucket", request: { Bucket: id } }) },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
    bucketPart("DeleteBucketLifecycle"),
  "aws:s3/bucketLogging:BucketLogging": bucketPart(),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart(
    "DeleteBucketOwnershipControls",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart("DeletePublicAccessBlock"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    bucketPart("DeleteBucketEncryption"),
  "aws:s3/bucketVersioning:BucketVersioning": bucketPart(),
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    updates: "again",
    reads: ({ ETag, VersionId }) => ({
      etag: String(ETag).replaceAll('"', ""),
      versionId: VersionId,
    }),
    deletes: ({ outputs: { bucket, key } }) => [
      { service, operation: "DeleteObject", request: { Bucket: bucket, Key: key } },
    ],
  },
  "aws:ecr/repository:Repository": {
    deletes: ({ id }) => [
      {
        service: "ecr",
        operation: "DeleteRepository",
        request: { repositoryName: id, force: true },
      },
    ],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    updates: "again",
    deletes: ({ id }) => [
      { service: "ecr", operation: "DeleteLifecyclePolicy", request: { repositoryName: id } },
    ],
  },
};
