import { z } from "zod";
import { modelSourceProblem } from "../model-source";
import { kmsKeyArn, kmsKeyGuidance } from "./kms-key";

/** Where a model comes from, as written. */
export const modelText = z.string().refine((text) => modelSourceProblem(text) === undefined, {
  error: ({ input }) => modelSourceProblem(input as string),
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
