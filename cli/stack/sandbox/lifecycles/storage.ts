import type { Properties } from "../../../../infra/offline/service-models/request-mapping";
import type { Lifecycles } from "../lifecycle";

/** Of what is a setting of a bucket. */
const ofBucket = ({ bucket }: Properties): Properties => ({ Bucket: bucket });

/** Buckets, objects and image repositories. No bucket policies: moto denies what one denies, whatever its conditions say. */
export const storageLifecycles: Lifecycles = {
  "aws:s3/bucket:Bucket": {
    updates: ["PutBucketTagging"],
    deletes: { DeleteBucket: ({ id }) => ({ Bucket: id }) },
    checks: { HeadBucket: ({ id }) => ({ Bucket: id }) },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    updates: "again",
    deletes: { DeleteBucketLifecycle: ofBucket },
  },
  "aws:s3/bucketLogging:BucketLogging": { updates: "again" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    updates: "again",
    deletes: { DeleteBucketOwnershipControls: ofBucket },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    updates: "again",
    deletes: { DeletePublicAccessBlock: ofBucket },
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    updates: "again",
    deletes: { DeleteBucketEncryption: ofBucket },
  },
  "aws:s3/bucketVersioning:BucketVersioning": { updates: "again" },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    updates: "again",
    reads: ({ ETag, VersionId }) => ({
      etag: String(ETag).replaceAll('"', ""),
      versionId: VersionId,
    }),
    deletes: { DeleteObject: ({ bucket, key }) => ({ Bucket: bucket, Key: key }) },
  },
  "aws:ecr/repository:Repository": {
    deletes: { DeleteRepository: ({ id }) => ({ repositoryName: id, force: true }) },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    updates: "again",
    deletes: { DeleteLifecyclePolicy: ({ id }) => ({ repositoryName: id }) },
  },
};
