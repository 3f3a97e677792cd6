import { paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";

import { prefixes } from "../../infra/prefixes";

/** A model's archive in a bucket. */
export interface Artefact {
  readonly bucket: string;
  readonly key: string;
  /** Changes with the content. */
  readonly etag: string;
  readonly bytes: number;
  readonly written: Date;
  /** SageMaker's archive of the output directory beside it, which is small and tells the same. */
  readonly outputKey?: string | undefined;
  /** The job that has written it, as far as its address tells. */
  readonly job?: string | undefined;
}

const OUTPUT = "output.tar.gz";

/** Every model's archive below `models/` of a bucket, the newest first. */
export async function listArtefacts(client: S3Client, bucket: string): Promise<Artefact[]> {
  const found: Artefact[] = [];
  const keys = new Set<string>();
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefixes.models });
  for await (const { Contents = [] } of pages) {
    for (const { Key = "", ETag = "", Size = 0, LastModified } of Contents) {
      keys.add(Key);
      if (Key.endsWith(".tar.gz") && !Key.endsWith(`/${OUTPUT}`)) {
        const job = /^models\/([^/]+)\/output\/model\.tar\.gz$/.exec(Key)?.[1];
        found.push({ bucket, key: Key, etag: ETag, bytes: Size, written: LastModified!, job });
      }
    }
  }
  return found
    .map((each) => ({ ...each, outputKey: keyBeside(each.key, keys) }))
    .sort((left, right) => right.written.getTime() - left.written.getTime());
}

/** The archive's address, as an endpoint's `model` names it. */
export function addressOf({ bucket, key }: Artefact): string {
  return `s3://${bucket}/${key}`;
}

function keyBeside(key: string, keys: ReadonlySet<string>): string | undefined {
  const beside = key.replace(/[^/]+$/, OUTPUT);
  return keys.has(beside) ? beside : undefined;
}
