import type { JudgedResource, JudgedStack } from "../../resource";
import type { Outcome } from "../../rule";
import { judgeAttached, type AttachedSetting, type Link } from "../attached-settings";

/** The bucket of the native provider, whose settings all stand inline. */
export const NATIVE_BUCKET = "aws-native:s3:Bucket";

/** Every type that makes a bucket. */
export const BUCKET_TYPES: readonly string[] = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  NATIVE_BUCKET,
];

/** How a resource with a bucket's setting names the bucket. */
export function linkTo({ type }: JudgedResource): Link {
  return { from: "bucket", to: type === NATIVE_BUCKET ? "bucketName" : "bucket" };
}

/** Judges a setting of every bucket. */
export function judgeBuckets(
  stack: JudgedStack,
  setting: Omit<AttachedSetting, "owners" | "link">,
): Iterable<Outcome> {
  return judgeAttached(stack, { ...setting, owners: BUCKET_TYPES, link: linkTo });
}
