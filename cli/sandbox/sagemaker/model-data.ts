import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { ContainerDefinition } from "@aws-sdk/client-sagemaker";
import { extract } from "tar";

import { validationException } from "../aws-error";
import type { Context } from "./context";

/** A place in S3. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** @throws AwsError where it isn't `s3://BUCKET/KEY` */
export function parseS3Uri(uri: string): S3Place {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(uri) ?? [];
  if (bucket === undefined || key === undefined) {
    throw validationException(`${uri} is not an address in S3, such as s3://bucket/key.`);
  }
  return { bucket, key };
}

/** Where a container's model is, and whether it is a folder of files or an archive. */
function sourceOf(container: ContainerDefinition): { uri: string; isFolder: boolean } {
  const source = container.ModelDataSource?.S3DataSource;
  const uri = source?.S3Uri ?? container.ModelDataUrl;
  if (uri === undefined) {
    throw validationException(
      "The sandbox serves models with data: ModelDataUrl or ModelDataSource is missing.",
    );
  }
  return { uri, isFolder: source?.CompressionType === "None" };
}

/** @throws AwsError where nothing is there, as SageMaker says when a model is made */
export async function requireModelData(
  { clients }: Context,
  container: ContainerDefinition,
): Promise<void> {
  const { uri, isFolder } = sourceOf(container);
  const { bucket, key } = parseS3Uri(uri);
  if (!isFolder) {
    await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key })).catch(() => {
      throw validationException(`Could not find model data at ${uri}.`);
    });
  }
}

/**
 * Puts a container's model where the container finds it: in its own folder.
 *
 * @throws Error where the archive is gone or isn't one
 */
export async function unpackModel(
  context: Context,
  container: ContainerDefinition,
): Promise<string> {
  const { uri, isFolder } = sourceOf(container);
  const folder = await mkdtemp(path.join(context.folder, "model-"));
  const { bucket, key } = parseS3Uri(uri);
  if (isFolder) {
    await downloadFolder(context, { bucket, key }, folder);
  } else {
    await pipeline(await openObject(context, { bucket, key }), extract({ cwd: folder }));
  }
  return folder;
}

/** The content of an object, as it comes. */
export async function openObject({ clients }: Context, place: S3Place): Promise<Readable> {
  const { Body } = await clients.s3.send(
    new GetObjectCommand({ Bucket: place.bucket, Key: place.key }),
  );
  return Body as Readable;
}

/** Copies everything under a prefix into a folder; the number of files. */
export async function downloadFolder(
  context: Context,
  place: S3Place,
  folder: string,
): Promise<number> {
  let files = 0;
  const pages = paginateListObjectsV2(
    { client: context.clients.s3 },
    { Bucket: place.bucket, Prefix: place.key },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key } of Contents) {
      if (!Key!.endsWith("/")) {
        const file = path.join(folder, path.normalize(`/${nameBelow(place.key, Key!)}`));
        await mkdir(path.dirname(file), { recursive: true });
        const content = await openObject(context, { bucket: place.bucket, key: Key! });
        await pipeline(content, createWriteStream(file));
        files += 1;
      }
    }
  }
  return files;
}

/** Below the prefix where that is a folder, else below the prefix's folder. */
export function nameBelow(prefix: string, key: string): string {
  return key.startsWith(`${prefix}/`)
    ? key.slice(prefix.length + 1)
    : key.slice(prefix.lastIndexOf("/") + 1);
}
