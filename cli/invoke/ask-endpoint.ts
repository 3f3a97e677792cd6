import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  ModelError,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";

import { LABELLED } from "../../functions/classify/answer";
import { parseClassification, type Prediction } from "../../functions/classify/classification";
import { ClassifyError } from "../../functions/classify/classify-error";
import { endpointError } from "../../functions/classify/endpoint-error";
import { asyncPrefixes } from "../../infra/prefixes";
import { clientSettings } from "../aws/clients";
import { inBucket } from "../aws/s3-address";
import type { Classify } from "../local/function";
import type { Answer } from "../local/function-url";
import { explainRefusal } from "../local/refusal";

type Photo = Parameters<Classify>[0];
type Call = (photo: Photo) => Promise<Uint8Array>;

/**
 * Asks an endpoint without its function. An async endpoint is asked as it must be, by way of the bucket: its answer is
 * awaited there, which takes minutes where no instance runs.
 *
 * @param bucket - the stack's data bucket; async endpoints read and write below `async/` in it.
 */
export async function endpointAsker(
  endpointName: string,
  { bucket, region }: { readonly bucket: string; readonly region: string },
): Promise<Classify> {
  const settings = clientSettings(region);
  const s3 = new S3Client(settings);
  const { AsyncInferenceConfig } = await new SageMakerClient(settings).send(
    new DescribeEndpointCommand({ EndpointName: endpointName }),
  );
  const client = new SageMakerRuntimeClient(settings);
  const call: Call =
    AsyncInferenceConfig === undefined
      ? (photo) => callEndpoint(client, endpointName, photo)
      : (photo) => callAsync({ client, s3 }, endpointName, bucket, photo);
  return async (photo) => {
    const started = performance.now();
    try {
      const body = await call(photo);
      const milliseconds = performance.now() - started;
      return { kind: "classified", ...labelled(body, endpointName), milliseconds };
    } catch (error) {
      return refusedBy(error, endpointName, photo);
    }
  };
}

/** Sends a photo to an endpoint, and returns its labelled answer. */
export async function callEndpoint(
  client: SageMakerRuntimeClient,
  EndpointName: string,
  { bytes, contentType }: Photo,
): Promise<Uint8Array> {
  const { Body } = await client.send(
    new InvokeEndpointCommand({
      EndpointName,
      Body: bytes,
      ContentType: contentType,
      Accept: LABELLED,
    }),
  );
  return Body;
}

const LOOK_MILLISECONDS = 1_000;
/** How long an endpoint may take that has to start its first instance, and then some. */
const PATIENCE_MILLISECONDS = 20 * 60_000;

async function callAsync(
  { client, s3 }: { readonly client: SageMakerRuntimeClient; readonly s3: S3Client },
  endpointName: string,
  bucket: string,
  { bytes, contentType }: Photo,
): Promise<Uint8Array> {
  const key = `${asyncPrefixes(endpointName).requests}${randomUUID()}`;
  await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentType: contentType }),
  );
  const { OutputLocation, FailureLocation } = await client.send(
    new InvokeEndpointAsyncCommand({
      EndpointName: endpointName,
      InputLocation: `s3://${bucket}/${key}`,
      ContentType: contentType,
      Accept: LABELLED,
    }),
  );
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < deadline) {
    const answer = await read(s3, OutputLocation);
    if (answer !== undefined) {
      return answer;
    }
    const failure = await read(s3, FailureLocation);
    if (failure !== undefined) {
      const said = Buffer.from(failure).toString();
      throw new ClassifyError("photo_refused", said, { statusCode: 400 });
    }
    await wait(LOOK_MILLISECONDS);
  }
  throw new ClassifyError(
    "endpoint_timeout",
    `The endpoint ${endpointName} has not answered within ${PATIENCE_MILLISECONDS / 60_000} minutes. ` +
      `Its answer will be at ${OutputLocation}.`,
  );
}

async function read(s3: S3Client, address: string | undefined): Promise<Uint8Array | undefined> {
  if (address === undefined) {
    return undefined;
  }
  try {
    const { Body } = await s3.send(new GetObjectCommand(inBucket(address)));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) {
      return undefined;
    }
    throw error;
  }
}

/** What a model says of a photo: labels, the most probable first, and its digest, empty where it doesn't tell. */
export interface LabelledAnswer {
  readonly predictions: readonly Prediction[];
  readonly model: string;
}

/**
 * Reads an endpoint's answer; the classes of a container that knows no labels have their numbers.
 *
 * @param endpointName for the message
 * @throws ClassifyError where it is not an answer
 */
export function labelled(body: Uint8Array, endpointName: string): LabelledAnswer {
  const { predictions, scores, model = "" } = parseClassification(body, endpointName);
  return { predictions: predictions ?? numbered(scores), model };
}

function numbered(scores: readonly number[]): Prediction[] {
  return scores
    .map((probability, index) => ({ label: `class ${index}`, probability }))
    .sort((left, right) => right.probability - left.probability);
}

/** What the model says of a photo is an answer; that AWS can't be asked ends the run. */
function refusedBy(error: unknown, endpointName: string, { bytes }: Photo): Answer {
  const isOfModel = error instanceof ModelError || error instanceof ClassifyError;
  const told = isOfModel ? endpointError(error, { endpointName, functionArn: undefined }) : error;
  if (!(told instanceof ClassifyError)) {
    throw told;
  }
  const { statusCode: status, code, message } = told;
  return {
    kind: "refused",
    status,
    message,
    explanation: explainRefusal(bytes, { status, code, message }),
  };
}
