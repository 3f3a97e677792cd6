import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";

import { Upload } from "@aws-sdk/lib-storage";
import { create } from "tar";

import { inBucket } from "../../aws/s3-address";
import type { Context } from "../context";

/** Puts a folder into S3 as one archive; what is in it lies at the archive's root. */
export async function uploadArchive(context: Context, folder: string, uri: string): Promise<void> {
  // tar's stream is not one of Node's.
  const Body = create({ gzip: true, cwd: folder, portable: true }, ["."]).pipe(new PassThrough());
  const params = { ...inBucket(uri), Body };
  await new Upload({ client: context.clients.s3, params }).done();
}

/** Puts the files of a folder into S3, below an address. */
export async function uploadFolder(context: Context, folder: string, uri: string): Promise<void> {
  const { Bucket, Key } = inBucket(uri);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.posix.join(Key, ...path.relative(folder, file).split(path.sep));
    const params = { Bucket, Key: name, Body: createReadStream(file) };
    await new Upload({ client: context.clients.s3, params }).done();
  }
}
