import { z } from "zod";
import { modelSourceProblem } from "../model-source";

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
    "s3://bucket/key/model.tar.gz, a key of the data bucket like models/name/model.tar.gz, or a model directory of this repository",
  example: "samples/model",
} as const;
