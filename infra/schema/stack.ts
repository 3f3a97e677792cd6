import { z } from "zod";
import { resolveEndpoint, writtenEndpoint } from "./endpoint";
import { kmsKeyArn, kmsKeyGuidance } from "./kms-key";
import { budgetSchema, monitoringSchema } from "./monitoring";
import { notebookSchema } from "./notebook";
import { trainerSchema } from "./trainer";
import { trainingSchema } from "./training";

const bucketName = z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/);

const data = z
  .strictObject({
    kmsKeyArn: kmsKeyArn.optional().meta({
      ...kmsKeyGuidance,
      description:
        "KMS key that encrypts the bucket, disks and recordings; its key policy must let IAM policies of this account decide. Defaults to keys that S3 manages",
    }),
    ownKey: z.boolean().optional().meta({
      description:
        "Whether the stack creates its own KMS key for the bucket, disks and recordings, at about 1 USD a month; prod keeps it. Defaults to false",
      example: "true",
    }),
    existing: bucketName.optional().meta({
      description:
        "Bucket to use as it is instead of creating one: its encryption, policy and retention stay yours. Omit to create one",
      allowed: "the name of a bucket of this account",
      example: "team-dog-photos",
    }),
    accessLogs: bucketName.optional().meta({
      description:
        "Bucket that S3 writes this one's access log to. Omit for no log; in prod a log that is on stays on until you turn it off by hand (docs/teardown.md)",
      allowed: "the name of a bucket in the same region that S3's log delivery may write to",
      example: "team-access-logs",
    }),
    oldVersionsDays: z.int().min(1).max(3650).default(30).meta({
      description: "Days that overwritten and deleted objects can be brought back",
    }),
    captureDays: z.int().min(1).max(3650).default(90).meta({
      description: "Days that objects under capture/, async/ and batch/ are kept",
    }),
    cacheDays: z.int().min(1).max(3650).default(30).meta({
      description: "Days that objects under cache/ are kept",
    }),
  })
  .meta({ description: "The data bucket", example: '{"oldVersionsDays": 30}' });

/** S3 lets an object have ten tags, and the stack gives it four. */
const mostTags = 6;

const tags = z
  .record(
    z
      .string()
      .regex(/^(?!aws:|(Project|Stack|Environment|ManagedBy)$)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u)
      .meta({
        allowed:
          "1 to 128 letters, digits, spaces or _.:/=+-@, not starting with aws:, and none of Project, Stack, Environment, ManagedBy",
      }),
    z
      .string()
      .regex(/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u)
      .meta({
        allowed: "text of 1 to 256 letters, digits, spaces or _.:/=+-@",
        example: "classification",
      }),
  )
  .refine((given) => Object.keys(given).length <= mostTags, {
    error: ({ input }) =>
      `has ${Object.keys(input as object).length} tags; with the stack's own four, objects in S3 have room for ${mostTags}`,
  })
  .meta({
    description: "Tags of every resource, besides Project, Stack, Environment and ManagedBy",
    allowed: `a map of at most ${mostTags} names to texts`,
    example: '{"Team": "classification"}',
  });

const resourceName = z
  .string()
  .regex(/^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/)
  .meta({
    allowed: "1 to 20 lower-case letters, digits and single hyphens between them, a letter first",
    example: "main",
  });

const endpoints = z.record(resourceName, writtenEndpoint).meta({
  description: "Endpoints by name, each with its model, scaling and function",
  allowed: "a map of names to endpoints",
  example: '{"main": {"model": "samples/model", "function": {}}}',
});

const training = z.record(resourceName, trainingSchema).meta({
  description:
    "SageMaker training jobs by name; the output `training` has the requests that start them",
  allowed: "a map of names to training jobs",
  example: '{"single": {"instanceType": "ml.m5.xlarge"}}',
});

/**
 * What Pulumi.yaml gives as the default of a key that has none: Pulumi demands a value for every key that is declared, and
 * an empty object means that the thing is there.
 */
export const absent = "none";

/** Everything under the project's namespace in `Pulumi.<stack>.yaml`. */
export const stackSchema = z.strictObject({
  environment: z.enum(["dev", "staging", "prod"]).default("dev").meta({
    description:
      "What the stack is for. prod protects and keeps resources that store data, and requires two instances, a KMS key and a VPC",
  }),
  endpoints: endpoints.default({}),
  training: training.default({}),
  trainer: trainerSchema.optional(),
  notebook: notebookSchema.optional(),
  monitoring: monitoringSchema.optional(),
  budget: budgetSchema.optional(),
  data: data.prefault({}),
  tags: tags.default({}),
});

/** What the configuration says, with the defaults of every field. */
export type WrittenStack = z.output<typeof stackSchema>;

/** Fills in what follows from other values. */
export function resolveStack(written: WrittenStack) {
  const endpoints = Object.entries(written.endpoints).map(
    ([name, endpoint]) => [name, resolveEndpoint(endpoint)] as const,
  );
  return { ...written, endpoints: Object.fromEntries(endpoints) };
}

/** What the configuration says, checked, with every default filled in. */
export type StackSettings = ReturnType<typeof resolveStack>;
/** The data bucket's options. */
export type DataConfig = WrittenStack["data"];
/** What a stack is for. */
export type Environment = WrittenStack["environment"];
