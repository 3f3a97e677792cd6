import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { Parser, type ReadEntry } from "tar";

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

const MODEL = "model.onnx";
const TEXTS: readonly string[] = ["metrics.json", "origin.json"];

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
  if (outputKey === undefined) {
    return undefined;
  }
  const written = parse((await contentOf(s3, bucket, outputKey)).get("origin.json"));
  return written.model === undefined ? undefined : factsOf(written.model, written);
}

async function factsInside(
  s3: S3Client,
  { bucket, key }: Artefact,
): Promise<ModelFacts | undefined> {
  const content = await contentOf(s3, bucket, key);
  const digest = content.get(MODEL);
  const [metrics, origin] = TEXTS.map((name) => parse(content.get(name)));
  return digest === undefined ? undefined : factsOf(digest, { ...metrics, ...origin });
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

/**
 * Reads a `.tar.gz` in S3 as it comes, without writing any file: the texts that count here by their names, and of the model its
 * SHA-256 in hexadecimal. Refusals of AWS are thrown; an archive that is damaged is just not a model, and has nothing.
 */
async function contentOf(
  s3: S3Client,
  Bucket: string,
  Key: string,
): Promise<ReadonlyMap<string, string>> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  const content = new Map<string, string>();
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry: ReadEntry) => {
      const name = entry.path.replace(/^\.\//, "");
      const hash = createHash("sha256");
      const chunks: Buffer[] = [];
      if (name === MODEL) {
        entry.on("data", (chunk: Buffer) => hash.update(chunk));
        entry.on("end", () => content.set(name, hash.digest("hex")));
      } else if (TEXTS.includes(name)) {
        entry.on("data", (chunk: Buffer) => chunks.push(chunk));
        entry.on("end", () => content.set(name, Buffer.concat(chunks).toString()));
      } else {
        entry.resume();
      }
    },
  });
  return pipeline(Body as Readable, parser).then(
    () => content,
    () => new Map<string, string>(),
  );
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
