import { z } from "zod";
import { servingInstanceType } from "./instance-type";
import { networkSchema } from "./network";

/** The cheapest instance types in us-east-1 that hold a ResNet50; burstable ones cannot be scaled automatically. */
export const cheapest = { fixed: "ml.t2.medium", scaled: "ml.c5.large" } as const;

const instances = {
  instanceType: servingInstanceType.optional().meta({
    description: `SageMaker instance type. Defaults to ${cheapest.fixed}, or ${cheapest.scaled} with scaling`,
    allowed: "a SageMaker instance type for endpoints, so none of ml.t3",
    example: "ml.m5.large",
  }),
  instanceCount: z.int().min(1).max(100).optional().meta({
    description: "Number of instances at the start. Defaults to scaling.minInstances, or 1",
    example: "1",
  }),
  network: networkSchema.optional(),
};

const realtime = z
  .strictObject({ mode: z.literal("realtime"), ...instances })
  .meta({ description: "Instances that answer at once and are paid by the second" });

const topicArn = z
  .string()
  .regex(/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/)
  .meta({
    allowed: "the ARN of an SNS topic (not FIFO)",
    example: "arn:aws:sns:us-east-1:123456789012:dog-photos",
  });

const notifications = z
  .strictObject({
    successTopicArn: topicArn.optional().meta({
      description: "SNS topic that is told of every answer. Omit for none",
    }),
    errorTopicArn: topicArn.optional().meta({
      description:
        "SNS topic that is told of every error. Defaults to the alarms' topic, with monitoring",
    }),
  })
  .meta({
    description: "SNS topics that are told that an answer or an error is in the data bucket",
    example: '{"successTopicArn": "arn:aws:sns:us-east-1:123456789012:dog-photos"}',
  });

const asynchronous = z
  .strictObject({
    mode: z.literal("async"),
    ...instances,
    concurrentPerInstance: z.int().min(1).max(1000).default(4).meta({
      description: "Photos that one instance works on at a time",
    }),
    notifications: notifications.optional(),
  })
  .meta({
    description:
      "Requests and answers go through the data bucket, below async/; scales to no instance at all",
  });

const serverless = z
  .strictObject({
    mode: z.literal("serverless"),
    memory: z.literal([1024, 2048, 3072, 4096, 5120, 6144]).default(2048).meta({
      description: "Memory in MB; processors come with it",
      allowed: "one of 1024, 2048, 3072, 4096, 5120, 6144",
    }),
    maxConcurrency: z.int().min(1).max(200).default(5).meta({
      description: "Maximum number of concurrent invocations",
    }),
    provisionedConcurrency: z.int().min(1).max(200).optional().meta({
      description: "Number of environments kept warm, paid by the hour. Omit for none",
      example: "1",
    }),
  })
  .meta({ description: "No instances: paid by the request, photos of at most 4 MB" });

/** How an endpoint serves its model, under `serving`. */
export const servingSchema = z
  .discriminatedUnion("mode", [realtime, asynchronous, serverless])
  .meta({
    description: "How the model is served",
    example: '{"mode": "realtime", "instanceType": "ml.m5.large"}',
  });

/** Serving as written: types and counts may be omitted. */
export type WrittenServing = z.output<typeof servingSchema>;

type Resolved<Serving> = Serving extends { readonly mode: "serverless" }
  ? Serving
  : Omit<Serving, "instanceType" | "instanceCount"> & {
      readonly instanceType: string;
      readonly instanceCount: number;
    };

/** Serving with every default filled in. */
export type ServingConfig = Resolved<WrittenServing>;

/** The type of the instances; undefined where AWS chooses them. */
export function instanceTypeOf(serving: ServingConfig): string | undefined {
  return serving.mode === "serverless" ? undefined : serving.instanceType;
}
