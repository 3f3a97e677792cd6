import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as tar from "tar";

import { clientSettings } from "../aws/clients";
import { inBucket } from "../aws/s3-address";
import { type ModelFacts, readModel } from "../local/model";
import { Refusal, UserError } from "../output/failure";

/**
 * Reads what a model directory says.
 *
 * @param source - how the user calls it
 * @throws Refusal naming the file that is missing or wrong
 */
export function readModelFacts(directory: string, source: string): ModelFacts {
  try {
    return readModel(directory);
  } catch (error) {
    const reason = (error as Error).message.replaceAll(directory, source);
    throw new Refusal(`${source} is not a model as training writes it: ${reason}.`);
  }
}

let temporary: string | undefined;

/** A new folder for this command, which goes when the command ends, however it ends. */
export function temporaryFolder(): string {
  if (temporary === undefined) {
    const made = (temporary = mkdtempSync(path.join(tmpdir(), "kennel-promote-")));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  return mkdtempSync(path.join(temporary, "files-"));
}

/**
 * Unpacks a model's archive into a folder of this command.
 *
 * @throws Refusal where it is not a gzipped tar archive
 */
export async function unpackModel(archive: string, source: string): Promise<string> {
  const folder = temporaryFolder();
  try {
    await tar.extract({ file: archive, cwd: folder, strict: true });
  } catch (error) {
    throw new Refusal(`${source} is not a model.tar.gz: ${(error as Error).message}.`);
  }
  return folder;
}

/**
 * Fetches a model's archive from S3.
 *
 * @returns the file, and the ARN of the customer's KMS key that it is encrypted with in S3, where there is one
 * @throws UserError where it is not there, or may not be read
 */
export async function fetchArchive(
  uri: string,
): Promise<{ archive: string; kmsKeyArn: string | undefined }> {
  const place = inBucket(uri);
  if (!place.Key.endsWith(".tar.gz")) {
    throw new UserError(`${uri} is not the address of a model in S3: s3://BUCKET/…/model.tar.gz.`);
  }
  const archive = path.join(temporaryFolder(), "model.tar.gz");
  try {
    const client = new S3Client(clientSettings());
    const { Body, SSEKMSKeyId } = await client.send(new GetObjectCommand(place));
    await pipeline(Body as Readable, createWriteStream(archive));
    return { archive, kmsKeyArn: SSEKMSKeyId };
  } catch (error) {
    throw /^NoSuch(Key|Bucket)$/.test((error as Error).name)
      ? new UserError(`there is no ${uri}: kennel models lists what there is.`)
      : error;
  }
}
