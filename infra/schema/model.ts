import { z } from "zod";
import { modelSourceProblem } from "../model-source";
import type { Conflict } from "./conflict";
import { kmsKeyArn, kmsKeyGuidance } from "./kms-key";

/** Where a model comes from, as written. */
export const modelText = z.string().superRefine((text, context) => {
  const problem = modelSourceProblem(text);
  if (problem !== undefined) {
    context.addIssue({ code: "custom", message: problem });
  }
});

/** What may stand there, in words, and an example. */
export const modelGuidance = {
  allowed:
    "s3://bucket/key/model.tar.gz, a key of the data bucket like models/name/model.tar.gz, or a model directory of the project",
  example: "samples/model",
} as const;

/** The key of a model's bucket, under `modelKmsKeyArn` beside `model`. */
export const modelKmsKey = kmsKeyArn.optional().meta({
  ...kmsKeyGuidance,
  description:
    "KMS key of the bucket that `model` is in, where that is not this stack's own bucket; its key policy must let this account's IAM policies decide",
});

/** A model and the key of its bucket, as written. */
export interface WrittenModel {
  readonly model?: string | undefined;
  readonly modelKmsKeyArn?: string | undefined;
}

/** A key of a bucket that the model is not in. */
export function modelKeyConflicts(
  { model, modelKmsKeyArn }: WrittenModel,
  ...path: string[]
): readonly Conflict[] {
  const reason =
    "is for a model at an s3:// address; models of this repository and of the data bucket use the data bucket's key; remove it";
  return modelKmsKeyArn === undefined || model?.startsWith("s3://") === true
    ? []
    : [{ path: [...path, "modelKmsKeyArn"], reason }];
}
