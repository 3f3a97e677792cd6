import { forEach } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import type { Finding, Outcome } from "../../rule";
import { attachedTo } from "../references";

/** The bucket of the native provider, whose settings all stand inline. */
export const NATIVE_BUCKET = "aws-native:s3:Bucket";

/** Every type that makes a bucket. */
export const BUCKET_TYPES: readonly string[] = [
  "aws:s3/bucket:Bucket",
  "aws:s3/bucketV2:BucketV2",
  NATIVE_BUCKET,
];

/** A setting of a bucket, which stands in a resource of its own or, in older programs, in the bucket. */
export interface BucketSetting {
  /** The types of the separate resources; their property `bucket` names the bucket. */
  readonly separateTypes: readonly string[];
  /** What is wrong with a separate resource. */
  judgeSeparate(separate: JudgedResource, bucket: JudgedResource): Iterable<Outcome>;
  /** What is wrong with the inline form; undefined where the bucket has none. */
  judgeInline(bucket: JudgedResource): readonly Outcome[] | undefined;
  /** What to say of a bucket that has neither. */
  missing(bucket: JudgedResource): Finding;
}

/** The name of a bucket, where it is known. */
export function bucketName({ type, known }: JudgedResource): string | undefined {
  const name = known[type === NATIVE_BUCKET ? "bucketName" : "bucket"];
  return typeof name === "string" ? name : undefined;
}

/** Judges a setting of every bucket: the separate resources first, since those that are newer stand for what the bucket once held. */
export function* judgeBuckets(stack: JudgedStack, setting: BucketSetting): Generator<Outcome> {
  const buckets = stack.ofType(...BUCKET_TYPES);
  const candidates = stack.ofType(...setting.separateTypes);
  yield* forEach(buckets, function* (bucket) {
    const to = bucket.type === NATIVE_BUCKET ? "bucketName" : "bucket";
    const { found, unclear } = attachedTo(bucket, buckets, candidates, { from: "bucket", to });
    if (found.length > 0) {
      yield* forEach(found, (separate) => setting.judgeSeparate(separate, bucket));
      return;
    }
    const inline = setting.judgeInline(bucket);
    if (inline !== undefined) {
      yield* inline;
    } else if (unclear.length > 0) {
      yield* unclear.map((resource) => ({ unknown: "bucket", resource }));
    } else {
      yield setting.missing(bucket);
    }
  });
}
