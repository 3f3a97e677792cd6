import { GetObjectCommand, ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";

import { parseClassification } from "../../functions/classify/classification";
import { verdictOf } from "../local/verdict";

/** What the model says of a photo: a line of the answers. */
export interface PhotoAnswer {
  readonly photo: string;
  readonly label: string;
  readonly probability: number;
  /** How much to doubt it: `none`, `some` or `much`. */
  readonly doubt: "none" | "some" | "much";
  readonly predictions: readonly { readonly label: string; readonly probability: number }[];
  readonly model: string | null;
}

const RUNNERS_UP = 4;
const AT_ONCE = 16;

/** Keys of the photos of which there is an answer, with the answers' keys. */
export async function answeredPhotos(
  s3: S3Client,
  place: { readonly bucket: string; readonly key: string },
  photos: readonly string[],
): Promise<Map<string, string>> {
  const names = new Map(photos.map((photo) => [`${place.key}${photo}.out`, photo]));
  const answered = new Map<string, string>();
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: place.bucket,
        Prefix: place.key,
        ContinuationToken: token,
      }),
    );
    for (const { Key = "" } of page.Contents ?? []) {
      const photo = names.get(Key);
      if (photo !== undefined) {
        answered.set(photo, Key);
      }
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return answered;
}

/** Reads the answers, in the order of the photos, some at a time. */
export async function* readAnswers(
  s3: S3Client,
  bucket: string,
  photoBucket: string,
  answered: ReadonlyMap<string, string>,
): AsyncGenerator<PhotoAnswer> {
  const waiting = [...answered];
  while (waiting.length > 0) {
    const some = waiting.splice(0, AT_ONCE).map(async ([photo, key]): Promise<PhotoAnswer> => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return answerOf(`s3://${photoBucket}/${photo}`, await Body!.transformToByteArray());
    });
    yield* await Promise.all(some);
  }
}

function answerOf(photo: string, body: Uint8Array): PhotoAnswer {
  const { predictions, scores, model } = parseClassification(body, "batch");
  const named =
    predictions ?? scores.map((probability, index) => ({ label: `class ${index}`, probability }));
  const sorted = [...named].sort((left, right) => right.probability - left.probability);
  const [best] = sorted;
  return {
    photo,
    label: best!.label,
    probability: best!.probability,
    doubt: verdictOf(sorted).doubt,
    predictions: sorted.slice(0, 1 + RUNNERS_UP),
    model: model ?? null,
  };
}
