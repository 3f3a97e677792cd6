import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

import { UserError } from "../output/failure";
import type { InBucket } from "../invoke/s3-address";

/** Names of files that the server reads. */
const PHOTO = /\.(jpe?g|png|webp)$/i;

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
export async function listPhotos(s3: S3Client, { Bucket, Key }: InBucket): Promise<Listed> {
  const photos: string[] = [];
  let others = 0;
  let token: string | undefined;
  do {
    const page = await s3
      .send(new ListObjectsV2Command({ Bucket, Prefix: Key, ContinuationToken: token }))
      .catch((error: Error) => {
        throw error.name === "NoSuchBucket"
          ? new UserError(`there is no bucket ${Bucket}: --photos takes s3://BUCKET/PREFIX.`)
          : error;
      });
    for (const { Key: key = "", Size = 0 } of page.Contents ?? []) {
      if (PHOTO.test(key) && Size > 0) {
        photos.push(key);
      } else if (!key.endsWith("/")) {
        others += 1;
      }
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  if (photos.length === 0) {
    throw new UserError(
      `there is no photo below s3://${Bucket}/${Key}: ${others} other objects. Photos end in .jpg, .jpeg, .png or .webp.`,
    );
  }
  return { photos, others };
}
