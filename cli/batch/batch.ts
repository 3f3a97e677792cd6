import { once } from "node:events";
import { accessSync, constants, createWriteStream } from "node:fs";
import path from "node:path";

import { S3Client } from "@aws-sdk/client-s3";
import {
  CreateModelCommand,
  DeleteModelCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { clientSettings } from "../aws/clients";
import { inBucket } from "../invoke/s3-address";
import { targetOf } from "../invoke/target";
import { UserError } from "../output/failure";
import { regionOf } from "../preview/stack-file";
import { openStack } from "../stack/open-stack";
import { ANSWERS, transform, type Transform } from "./transform";
import { answeredPhotos, readAnswers } from "./answers";
import { listPhotos } from "./list-photos";

/** What `kennel batch` is asked. */
export interface BatchOptions {
  readonly stack: string;
  readonly model: string;
  readonly photos: string;
  readonly instanceType: string;
  readonly instances: number;
  readonly role?: string;
  readonly output: string;
}

/** What became of the photos. */
export interface BatchResult {
  /** The folder of manifests and answers. */
  readonly folder: string;
  readonly photos: number;
  readonly otherObjects: number;
  readonly answered: number;
  /** Photos without an answer. */
  readonly failed: readonly string[];
  /** Why the last job failed, where it has. */
  readonly reason: string | null;
  readonly isStopped: boolean;
  /** Photos by label. */
  readonly classes: Readonly<Record<string, number>>;
  readonly doubts: { readonly some: number; readonly much: number };
}

/** A photo that fails as often as this is not the instance's fault. */
const ATTEMPTS = 3;
/** A manifest of more keys is slow to read for every instance. */
const PHOTOS_PER_JOB = 10_000;

/** Where a batch runs. */
export interface BatchPlace {
  readonly s3: S3Client;
  readonly sageMaker: SageMakerClient;
  /** The endpoint whose model is used. */
  readonly endpointName: string;
  /** The stack's bucket, for manifests and answers. */
  readonly bucketName: string;
}

type Watching = Pick<Transform, "onStatus" | "stop">;

/** Classifies every photo below an address in S3 with the model of a stack's endpoint. */
export async function batch(options: BatchOptions, watching: Watching): Promise<BatchResult> {
  const stack = await openStack(options.stack);
  const outputs = await stack.outputs();
  const settings = clientSettings(regionOf(stack.settings()));
  const place = {
    s3: new S3Client(settings),
    sageMaker: new SageMakerClient(settings),
    endpointName: targetOf(options.stack, outputs, options.model, true).name,
    bucketName: outputs.bucketName,
  };
  return batchIn(place, options, watching);
}

/**
 * Runs batch transform jobs until every photo has an answer, or nothing more comes of it, and writes a line for each answer.
 */
export async function batchIn(
  { s3, sageMaker, endpointName, bucketName }: BatchPlace,
  options: Omit<BatchOptions, "stack" | "model">,
  { onStatus, stop }: Watching,
): Promise<BatchResult> {
  const place = inBucket(options.photos);
  requireWritable(options.output);
  const clients = { s3, sageMaker };
  const { photos, others } = await listPhotos(clients.s3, place);
  const id = `kennel-batch-${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}`;
  const folder = { bucket: bucketName, key: `batch/${id}` };
  const answers = { bucket: folder.bucket, key: `${folder.key}/${ANSWERS}` };
  const model = await modelFor(clients.sageMaker, endpointName, id, options.role);
  let missing = photos;
  let answered = new Map<string, string>();
  let reason: string | null = null;
  try {
    for (
      let attempt = 1;
      missing.length > 0 && attempt <= ATTEMPTS && !stop.aborted;
      attempt += 1
    ) {
      for (let start = 0; start < missing.length && !stop.aborted; start += PHOTOS_PER_JOB) {
        const keys = missing.slice(start, start + PHOTOS_PER_JOB);
        const job = `${id}-${attempt}-${start / PHOTOS_PER_JOB + 1}`;
        const { instanceType, instances } = options;
        const request = { modelName: model.name, instanceType, instances, folder };
        const ended = await transform(
          job,
          { ...request, photos: { bucket: place.Bucket, keys } },
          {
            ...clients,
            stop,
            onStatus: (status) => onStatus(`${job}: ${keys.length} photos, ${status}`),
          },
        );
        reason = ended.FailureReason ?? null;
      }
      answered = await answeredPhotos(clients.s3, answers, photos);
      const left = missing.filter((photo) => !answered.has(photo));
      // Once nothing more comes of it, the photos are to blame.
      if (left.length === missing.length) {
        break;
      }
      missing = left;
    }
  } finally {
    await model.remove();
  }
  const counted = await writeAnswers(
    readAnswers(clients.s3, folder.bucket, place.Bucket, inOrder(photos, answered)),
    options.output,
  );
  return {
    folder: `s3://${folder.bucket}/${folder.key}/`,
    photos: photos.length,
    otherObjects: others,
    answered: answered.size,
    failed: photos
      .filter((photo) => !answered.has(photo))
      .map((key) => `s3://${place.Bucket}/${key}`),
    reason: answered.size === photos.length ? null : reason,
    isStopped: stop.aborted,
    ...counted,
  };
}

/** The model that an endpoint serves; under another role, a copy of it that is removed again. */
async function modelFor(
  client: SageMakerClient,
  EndpointName: string,
  id: string,
  role: string | undefined,
): Promise<{ readonly name: string; readonly remove: () => Promise<void> }> {
  const { EndpointConfigName } = await client.send(new DescribeEndpointCommand({ EndpointName }));
  const configuration = await client.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName }),
  );
  const ModelName = configuration.ProductionVariants?.[0]?.ModelName;
  if (ModelName === undefined) {
    throw new UserError(`the endpoint ${EndpointName} serves no model of SageMaker's.`);
  }
  if (role === undefined) {
    return { name: ModelName, remove: () => Promise.resolve() };
  }
  const served = await client.send(new DescribeModelCommand({ ModelName }));
  await client.send(
    new CreateModelCommand({
      ModelName: id,
      ExecutionRoleArn: role,
      PrimaryContainer: served.PrimaryContainer,
    }),
  );
  return {
    name: id,
    remove: async () => {
      await client.send(new DeleteModelCommand({ ModelName: id }));
    },
  };
}

/** Said before a job has cost anything. */
function requireWritable(file: string): void {
  try {
    accessSync(path.dirname(path.resolve(file)), constants.W_OK);
  } catch (error) {
    throw new UserError(`can't write ${file}: ${(error as Error).message}.`);
  }
}

function inOrder(
  photos: readonly string[],
  answered: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map(
    photos.flatMap((photo) => {
      const key = answered.get(photo);
      return key === undefined ? [] : [[photo, key] as const];
    }),
  );
}

async function writeAnswers(
  answers: ReturnType<typeof readAnswers>,
  file: string,
): Promise<Pick<BatchResult, "classes" | "doubts">> {
  const classes: Record<string, number> = {};
  const doubts = { some: 0, much: 0 };
  const output = createWriteStream(file);
  await once(output, "open");
  for await (const answer of answers) {
    classes[answer.label] = (classes[answer.label] ?? 0) + 1;
    if (answer.doubt !== "none") {
      doubts[answer.doubt] += 1;
    }
    if (!output.write(`${JSON.stringify(answer)}\n`)) {
      await once(output, "drain");
    }
  }
  output.end();
  await once(output, "finish");
  return { classes, doubts };
}
