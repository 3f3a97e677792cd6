import { CopyObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import pMap from "p-map";

import type { InBucket } from "../aws/s3-address";
import { UserError } from "../output/failure";

/** Names of files that the server reads. */
const PHOTO = /\.(jpe?g|png|webp)$/i;
const AT_ONCE = 32;

/** What lies below an address in S3. */
export interface Listed {
  /** Keys of photos, in the order of S3. */
  readonly photos: readonly string[];
  /** How many other objects there are. */
  readonly others: number;
}

/**
 * Lists the photos below an address.
 *
 * @throws UserError where there is none, or no such bucket.
 */
export async function listPhotos(client: S3Client, { Bucket, Key }: InBucket): Promise<Listed> {
  const photos: string[] = [];
  let others = 0;
  try {
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket, Prefix: Key },
    )) {
      const named = Contents.filter(({ Key: key }) => !key!.endsWith("/"));
      const found = named.filter(({ Key: key, Size = 0 }) => PHOTO.test(key!) && Size > 0);
      photos.push(...found.map(({ Key: key }) => key!));
      others += named.length - found.length;
    }
  } catch (error) {
    throw (error as Error).name === "NoSuchBucket"
      ? new UserError(`there is no bucket ${Bucket}: --photos takes s3://BUCKET/PREFIX.`)
      : error;
  }
  if (photos.length === 0) {
    throw new UserError(
      `there is no photo below s3://${Bucket}/${Key}: ${others} other objects. Photos end in .jpg, .jpeg, .png or .webp.`,
    );
  }
  return { photos, others };
}

/** Copies photos below a folder, within S3; they keep their keys there. */
export async function copyPhotos(
  s3: S3Client,
  { bucket, keys }: { readonly bucket: string; readonly keys: readonly string[] },
  to: { readonly bucket: string; readonly folder: string },
  signal: AbortSignal,
): Promise<void> {
  const copy = (key: string): Promise<unknown> =>
    s3.send(
      new CopyObjectCommand({
        Bucket: to.bucket,
        Key: `${to.folder}${key}`,
        CopySource: [bucket, ...key.split("/")].map(encodeURIComponent).join("/"),
        // Tags are somebody else's, and reading them needs its own permission.
        TaggingDirective: "REPLACE",
      }),
    );
  await pMap(keys, copy, { concurrency: AT_ONCE, signal });
}
