import { z } from "zod";

/** The ARN of a KMS key itself: policies know no aliases, and some requests take none. */
export const kmsKeyArn = z.string().regex(/^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/);

/** What may stand there, in words, and an example. */
export const kmsKeyGuidance = {
  allowed: "the ARN of a KMS key",
  example: "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
} as const;
