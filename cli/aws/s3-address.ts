import { UserError } from "../output/failure";

/** A place in S3 as the SDK's commands take it. */
export interface InBucket {
  readonly Bucket: string;
  readonly Key: string;
}

/**
 * Takes `s3://BUCKET/KEY` apart; the key may be empty.
 *
 * @throws UserError where it is not such an address.
 */
export function inBucket(address: string): InBucket {
  const [, Bucket, Key = ""] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{2,62})(?:\/(.*))?$/s.exec(address) ?? [];
  if (Bucket === undefined) {
    throw new UserError(
      `${address} is not an address in S3. Expected: s3://BUCKET/KEY, for example s3://photos/inbox/.`,
    );
  }
  return { Bucket, Key };
}
