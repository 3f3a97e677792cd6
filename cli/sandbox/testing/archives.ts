import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import path from "node:path";

import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { create } from "tar";

import { SAMPLE_MODEL } from "../../repository";

export const BUCKET = "kennel-models";

/** Puts the sample model into the sandbox's S3 as training does; what there is to name in CreateModel. */
export async function putSampleModel(s3: S3Client, key = "sample/model.tar.gz"): Promise<string> {
  const files = ["model.onnx", "classes.json", "preprocess.json", "metrics.json"];
  const archive = await buffer(create({ gzip: true, cwd: SAMPLE_MODEL }, files));
  return putArchive(s3, key, archive);
}

/** Puts any bytes where a model is expected. */
export async function putArchive(s3: S3Client, key: string, archive: Buffer): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET })).catch(() => undefined);
  await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: archive }));
  return `s3://${BUCKET}/${key}`;
}

export const samplePhoto = (): Buffer =>
  readFileSync(path.join(SAMPLE_MODEL, "..", "photos", "basset-hound.jpg"));
