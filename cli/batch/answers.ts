import { once } from "node:events";
import { createWriteStream } from "node:fs";

import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { pMapIterable } from "p-map";

import type { Prediction } from "../../functions/classify/classification";
import { labelled } from "../invoke/ask-endpoint";
import { verdictOf } from "../local/verdict";

/** What the model says of a photo: a line of the answers. */
export interface PhotoAnswer {
  readonly photo: string;
  readonly label: string;
  readonly probability: number;
  /** How much to doubt it: `none`, `some` or `much`. */
  readonly doubt: "none" | "some" | "much";
  readonly predictions: readonly Prediction[];
  readonly model: string | null;
}

/** How many photos there are of each class, and how many in doubt. */
export interface AnswerCounts {
  /** Photos by label. */
  readonly classes: Readonly<Record<string, number>>;
  readonly doubts: { readonly some: number; readonly much: number };
}

const RUNNERS_UP = 4;
const AT_ONCE = 16;

/** Keys of the answers by the photo's key, in the order of S3. */
export async function findAnswers(
  client: S3Client,
  { bucket, requests, answers }: Record<"bucket" | "requests" | "answers", string>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: answers });
  for await (const { Contents = [] } of pages) {
    for (const { Key: key = "" } of Contents) {
      // SageMaker documents "a corresponding subfolder": below the manifest's prefix, or with it.
      const name = key.slice(answers.length).replace(/\.out$/, "");
      found.set(name.startsWith(requests) ? name.slice(requests.length) : name, key);
    }
  }
  return found;
}

/** Writes a line for each answer into a file. */
export async function writeAnswers(
  s3: S3Client,
  bucket: string,
  answers: readonly { readonly photo: string; readonly key: string }[],
  file: string,
): Promise<AnswerCounts> {
  const read = async ({ photo, key }: (typeof answers)[number]): Promise<PhotoAnswer> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return answerOf(photo, await Body!.transformToByteArray());
  };
  const classes: Record<string, number> = {};
  const doubts = { none: 0, some: 0, much: 0 };
  const output = createWriteStream(file);
  await once(output, "open");
  for await (const answer of pMapIterable(answers, read, { concurrency: AT_ONCE })) {
    classes[answer.label] = (classes[answer.label] ?? 0) + 1;
    doubts[answer.doubt] += 1;
    if (!output.write(`${JSON.stringify(answer)}\n`)) {
      await once(output, "drain");
    }
  }
  output.end();
  await once(output, "finish");
  return { classes, doubts: { some: doubts.some, much: doubts.much } };
}

function answerOf(photo: string, body: Uint8Array): PhotoAnswer {
  const { predictions, model } = labelled(body, "batch");
  return {
    photo,
    ...predictions[0]!,
    doubt: verdictOf(predictions).doubt,
    predictions: predictions.slice(0, 1 + RUNNERS_UP),
    model: model || null,
  };
}
