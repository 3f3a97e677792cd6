import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { packDirectory } from "../../infra/archive";
import { hashFiles, listFiles } from "../../infra/content-hash";
import { prefixes } from "../../infra/prefixes";
import { clientSettings } from "../aws/clients";
import { inBucket } from "../aws/s3-address";
import { describeJob } from "../jobs/job";
import type { ModelFacts } from "../local/model";
import { Refusal, UserError } from "../output/failure";
import { openStack } from "../stack/open-stack";
import { fetchArchive, readModelFacts, temporaryFolder, unpackModel } from "./model-files";

/** Where the model is that a user names; one of them. */
export interface ModelChoice {
  /** A model directory, a model.tar.gz or an address in S3. */
  readonly model?: string;
  /** A training job of SageMaker's. */
  readonly job?: string;
  /** A stack that serves it. */
  readonly fromStack?: string;
}

/** A model that may be promoted. */
export interface Candidate extends ModelFacts {
  /** What the user calls it. */
  readonly source: string;
  /** Where it is unpacked. */
  readonly directory: string;
  /** Its archive in S3; undefined where it is on this machine only. */
  readonly uri?: string;
  /** Its archive on this machine. */
  readonly archive: string;
  readonly kmsKeyArn?: string | undefined;
}

/**
 * Finds the model that a user names, and unpacks it.
 *
 * @param endpoint - tells which model of another stack is meant
 * @throws UserError where it is not there, Refusal where it is not a model
 */
export async function findCandidate(choice: ModelChoice, endpoint: string): Promise<Candidate> {
  const named = Object.values(choice).filter((value) => value !== undefined);
  if (named.length !== 1) {
    throw new UserError("name the model by one of --model, --job and --from-stack.");
  }
  const { model = "", job, fromStack } = choice;
  if (job !== undefined) {
    return inS3(await artifactOf(job), `the model of the job ${job}`);
  }
  if (fromStack !== undefined) {
    return inS3(await modelOfStack(fromStack, endpoint), `the model of ${fromStack}`);
  }
  return model.startsWith("s3://") ? inS3(model, model) : onThisMachine(model);
}

/** Reads a model in S3. */
export async function inS3(uri: string, source: string): Promise<Candidate> {
  const { archive, kmsKeyArn } = await fetchArchive(uri);
  return { ...(await inArchive(archive, source)), uri, kmsKeyArn };
}

async function onThisMachine(name: string): Promise<Candidate> {
  const file = path.resolve(name);
  if (!existsSync(file)) {
    throw new UserError(`${name}: there is no such model directory or model.tar.gz.`);
  }
  if (!statSync(file).isDirectory()) {
    return inArchive(file, name);
  }
  const facts = readModelFacts(file, name);
  const archive = packDirectory(file, temporaryFolder()).path;
  return { source: name, directory: file, archive, ...facts };
}

async function inArchive(archive: string, source: string): Promise<Candidate> {
  const directory = await unpackModel(archive, source);
  return { source, directory, archive, ...readModelFacts(directory, source) };
}

async function artifactOf(job: string): Promise<string> {
  const { modelUri, status } = await describeJob(new SageMakerClient(clientSettings()), job);
  if (modelUri === undefined || status !== "Completed") {
    throw new Refusal(
      `the job ${job} is ${status} and has no model: kennel logs ${job} shows why.`,
    );
  }
  return modelUri;
}

async function modelOfStack(name: string, endpoint: string): Promise<string> {
  const { modelUris } = await (await openStack(name)).outputs();
  const uri = modelUris[endpoint];
  if (uri === undefined) {
    const known = Object.keys(modelUris).join(", ") || "none";
    throw new UserError(
      `the stack ${name} serves no model at an endpoint ${endpoint}. Its endpoints: ${known}.`,
    );
  }
  return uri;
}

/** Where a model of this machine is to be in the stack's data bucket: under the hash of its content. */
export function addressIn(bucket: string, { directory }: Candidate): string {
  const hash = hashFiles(directory, listFiles(directory, "."));
  return `s3://${bucket}/${prefixes.models}${hash}/model.tar.gz`;
}

/** Puts a model of this machine into S3, unless it is there. */
export async function upload({ archive }: Candidate, uri: string): Promise<void> {
  const object = { ...inBucket(uri), Body: readFileSync(archive), ContentType: "application/gzip" };
  const put = new PutObjectCommand({ ...object, IfNoneMatch: "*" });
  try {
    await new S3Client(clientSettings()).send(put);
  } catch (error) {
    if ((error as Error).name !== "PreconditionFailed") {
      throw error;
    }
  }
}
