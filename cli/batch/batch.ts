import { accessSync, constants } from "node:fs";
import path from "node:path";

import { GetBucketEncryptionCommand, S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { batchPrefixes } from "../../infra/prefixes";
import { clientSettings } from "../aws/clients";
import { inBucket } from "../aws/s3-address";
import { targetOf } from "../invoke/open-way";
import { UserError } from "../output/failure";
import { LiveEndpoint } from "../promote/live-endpoint";
import { readStackOutputs } from "../stack/read-outputs";
import { type AnswerCounts, findAnswers, writeAnswers } from "./answers";
import { copyPhotos, listPhotos } from "./photos";
import { transform, type Transform } from "./transform";

/** What `kennel batch` is asked. */
export interface BatchOptions {
  readonly stack: string;
  readonly model: string;
  readonly photos: string;
  readonly instanceType: string;
  readonly instances: number;
  readonly output: string;
}

/** What became of the photos. */
export interface BatchResult extends AnswerCounts {
  /** The folder of the answers as they came. */
  readonly folder: string;
  readonly photos: number;
  readonly otherObjects: number;
  readonly answered: number;
  /** Photos without an answer. */
  readonly failed: readonly string[];
  /** Why the last job failed, where it has. */
  readonly reason: string | null;
  readonly isStopped: boolean;
}

/** A photo that fails as often as this is not the instance's fault. */
const ATTEMPTS = 3;
/** A manifest of more keys is slow to read for every instance. */
const PHOTOS_PER_JOB = 10_000;

/**
 * Classifies every photo below an address in S3 with the model of a stack's endpoint, in transform jobs of SageMaker: until
 * each photo has an answer, or nothing more comes of it. Writes a line for each answer.
 *
 * A job runs with the role of its model, which reads and writes in its own folders of the stack's bucket only: so the photos
 * are copied there.
 */
export async function batch(
  options: BatchOptions,
  { onStatus, stop }: Pick<Transform, "onStatus" | "stop">,
): Promise<BatchResult> {
  const place = inBucket(options.photos);
  // Before a job has cost anything.
  accessSync(path.dirname(path.resolve(options.output)), constants.W_OK);
  const { outputs, region } = await readStackOutputs(options.stack);
  const settings = clientSettings(region);
  const s3 = new S3Client({ ...settings, followRegionRedirects: true });
  const sageMaker = new SageMakerClient(settings);
  const endpointName = targetOf(options.stack, outputs, options.model, true).name;
  const { photos, others } = await listPhotos(s3, place);

  const id = `kennel-batch-${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}`;
  const bucket = outputs.bucketName;
  const prefixes = batchPrefixes(endpointName);
  const folders = {
    bucket,
    requests: `${prefixes.requests}${id}/`,
    answers: `${prefixes.answers}${id}/`,
  };
  const job = {
    ...folders,
    modelName: await modelOf(new LiveEndpoint(endpointName, region)),
    instanceType: options.instanceType,
    instances: options.instances,
    kmsKeyId: await keyOf(s3, bucket),
  };
  onStatus(`Copying ${photos.length} photos to s3://${bucket}/${folders.requests}`);
  const to = { bucket, folder: folders.requests };
  await copyPhotos(s3, { bucket: place.Bucket, keys: photos }, to, stop).catch((error: unknown) => {
    if (!stop.aborted) {
      throw error;
    }
  });

  let missing = photos;
  let answered = new Map<string, string>();
  let reason: string | null = null;
  for (let attempt = 1; missing.length > 0 && attempt <= ATTEMPTS && !stop.aborted; attempt += 1) {
    for (let start = 0; start < missing.length && !stop.aborted; start += PHOTOS_PER_JOB) {
      const keys = missing.slice(start, start + PHOTOS_PER_JOB);
      const name = `${id}-${attempt}-${start / PHOTOS_PER_JOB + 1}`;
      const tell = (status: string): void => onStatus(`${name}: ${keys.length} photos, ${status}`);
      const ended = await transform(name, keys, job, { s3, sageMaker, stop, onStatus: tell });
      reason = ended.FailureReason ?? null;
    }
    answered = await findAnswers(s3, folders);
    const left = missing.filter((photo) => !answered.has(photo));
    // Once nothing more comes of it, the photos are to blame.
    if (left.length === missing.length) {
      break;
    }
    missing = left;
  }
  const addressOf = (photo: string): string => `s3://${place.Bucket}/${photo}`;
  const answers = photos.flatMap((photo) => {
    const key = answered.get(photo);
    return key === undefined ? [] : [{ photo: addressOf(photo), key }];
  });
  return {
    folder: `s3://${bucket}/${folders.answers}`,
    photos: photos.length,
    otherObjects: others,
    answered: answers.length,
    failed: photos.filter((photo) => !answered.has(photo)).map(addressOf),
    reason: answers.length === photos.length ? null : reason,
    isStopped: stop.aborted,
    ...(await writeAnswers(s3, bucket, answers, options.output)),
  };
}

/** The name of the model that an endpoint serves. */
async function modelOf(endpoint: LiveEndpoint): Promise<string> {
  const state = await endpoint.describe();
  const modelName = state && (await endpoint.modelNameOf(state.configurationName));
  if (modelName === undefined) {
    const why = state === undefined ? "does not exist" : "does not serve a model in SageMaker";
    throw new UserError(
      `the endpoint ${endpoint.name} ${why}: kennel status shows the endpoints of the stack.`,
    );
  }
  return modelName;
}

/** The KMS key of a bucket, which SageMaker does not look up itself. */
async function keyOf(s3: S3Client, Bucket: string): Promise<string | undefined> {
  const { ServerSideEncryptionConfiguration } = await s3.send(
    new GetBucketEncryptionCommand({ Bucket }),
  );
  return ServerSideEncryptionConfiguration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault
    ?.KMSMasterKeyID;
}
