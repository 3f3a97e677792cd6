import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { GetObjectCommand, HeadObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { ContainerDefinition } from "@aws-sdk/client-sagemaker";
import { extract } from "tar";

import { type InBucket, inBucket } from "../../aws/s3-address";
import { validationException } from "../aws-error";
import type { Context } from "../context";

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
  const place = inBucket(uri);
  if (!isFolder) {
    await clients.s3.send(new HeadObjectCommand(place)).catch(() => {
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
  if (isFolder) {
    await downloadFolder(context, inBucket(uri), folder);
  } else {
    await pipeline(await openObject(context, inBucket(uri)), extract({ cwd: folder }));
  }
  return folder;
}

/** The content of an object, as it comes. */
export async function openObject({ clients }: Context, place: InBucket): Promise<Readable> {
  const { Body } = await clients.s3.send(new GetObjectCommand(place));
  return Body as Readable;
}

/** An object under a prefix. */
export interface ObjectBelow extends InBucket {
  /** Below the prefix where that is a folder, else below the prefix's folder. */
  readonly name: string;
}

/** The objects under a prefix, without those that stand for folders. */
export async function* objectsUnder(
  { clients: { s3: client } }: Context,
  { Bucket, Key: Prefix }: InBucket,
): AsyncGenerator<ObjectBelow> {
  const start = Prefix.lastIndexOf("/") + 1;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    for (const key of Contents.map(({ Key }) => Key!).filter((each) => !each.endsWith("/"))) {
      const isFolder = key.startsWith(`${Prefix}/`);
      yield { Bucket, Key: key, name: key.slice(isFolder ? Prefix.length + 1 : start) };
    }
  }
}

/** Copies everything under a prefix into a folder; the number of files. */
export async function downloadFolder(
  context: Context,
  place: InBucket,
  folder: string,
): Promise<number> {
  let files = 0;
  for await (const { name, ...object } of objectsUnder(context, place)) {
    const file = path.join(folder, path.normalize(`/${name}`));
    await mkdir(path.dirname(file), { recursive: true });
    await pipeline(await openObject(context, object), createWriteStream(file));
    files += 1;
  }
  return files;
}
