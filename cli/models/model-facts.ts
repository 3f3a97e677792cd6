import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";

import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";

import { type ArchiveContent, readArchive } from "./archive";
import type { Artefact } from "./artefacts";

/** What is known of a model; what it does not say is undefined. */
export interface ModelFacts {
  /** SHA-256 of model.onnx in hexadecimal; answers of the server name its first 12 digits. */
  readonly digest: string;
  readonly testAccuracy?: number | undefined;
  readonly testLoss?: number | undefined;
  /** SHA-256 over all photos, as metrics.json has it. */
  readonly data?: string | undefined;
  readonly commit?: string | undefined;
  /** Address of the training image, with its digest. */
  readonly image?: string | undefined;
  readonly job?: string | undefined;
  /** SHA-256 of each photo by its name. */
  readonly photos?: Readonly<Record<string, string>> | undefined;
}

/** The parts of metrics.json and origin.json that count here. */
interface Written {
  readonly model?: string;
  readonly test_accuracy?: number;
  readonly test_loss?: number;
  readonly fingerprints?: { readonly data?: string };
  readonly commit?: string | null;
  readonly image?: string | null;
  readonly job?: string | null;
  readonly photos?: Readonly<Record<string, string>>;
}

/**
 * Reads what an archive's model is and comes from. What was read once is kept on this machine: an archive takes long to
 * load, and the same ETag is the same content.
 *
 * @returns undefined where it holds no model.
 */
export async function readFacts(s3: S3Client, artefact: Artefact): Promise<ModelFacts | undefined> {
  const file = keptFile(artefact);
  const kept = readKept(file);
  if (kept !== undefined) {
    return kept;
  }
  const facts = (await factsBeside(s3, artefact)) ?? (await factsInside(s3, artefact));
  if (facts !== undefined) {
    keep(file, facts);
  }
  return facts;
}

/** Whether the photos are those that the model's fingerprint of its data was made from; undefined where either is missing. */
export function photosMatch({ photos, data }: ModelFacts): boolean | undefined {
  if (photos === undefined || data === undefined) {
    return undefined;
  }
  const hash = createHash("sha256");
  for (const [name, digest] of Object.entries(photos)) {
    hash.update(`${name}\0${digest}\n`);
  }
  return hash.digest("hex") === data;
}

/** SageMaker's archive of the output directory, where it has an origin.json. */
async function factsBeside(s3: S3Client, artefact: Artefact): Promise<ModelFacts | undefined> {
  const { bucket, outputKey } = artefact;
  const wanted = { texts: ["origin.json"] };
  const content =
    outputKey === undefined ? undefined : await contentOf(s3, bucket, outputKey, wanted);
  const written = parse(content?.texts.get("origin.json"));
  return written.model === undefined ? undefined : factsOf(written.model, written);
}

async function factsInside(
  s3: S3Client,
  { bucket, key }: Artefact,
): Promise<ModelFacts | undefined> {
  const wanted = { texts: ["metrics.json", "origin.json"], digests: ["model.onnx"] };
  const content = await contentOf(s3, bucket, key, wanted);
  const digest = content?.digests.get("model.onnx");
  const [metrics, origin] = wanted.texts.map((name) => parse(content?.texts.get(name)));
  const written = { ...metrics, ...origin };
  return digest === undefined ? undefined : factsOf(digest, written);
}

function factsOf(digest: string, written: Written): ModelFacts {
  return {
    digest,
    testAccuracy: written.test_accuracy,
    testLoss: written.test_loss,
    data: written.fingerprints?.data,
    commit: written.commit ?? undefined,
    image: written.image ?? undefined,
    job: written.job ?? undefined,
    photos: written.photos,
  };
}

/** Refusals of AWS are thrown; an archive that is damaged is just not a model, and undefined. */
async function contentOf(
  s3: S3Client,
  Bucket: string,
  Key: string,
  wanted: Parameters<typeof readArchive>[1],
): Promise<ArchiveContent | undefined> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return readArchive(Body as Readable, wanted).catch(() => undefined);
}

function parse(text: string | undefined): Written {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function keptFile({ bucket, key, etag }: Artefact): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(os.homedir(), ".cache");
  const name = createHash("sha256").update([bucket, key, etag].join("\n")).digest("hex");
  return path.join(cache, "kennel", "models", `${name}.json`);
}

function readKept(file: string): ModelFacts | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as ModelFacts;
  } catch {
    return undefined;
  }
}

function keep(file: string, facts: ModelFacts): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(facts));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A machine without room for it reads the archive again.
  }
}
