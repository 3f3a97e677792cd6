import { z } from "zod";
import { logRetentionDays } from "../../packages/aws-facts/log-retention";
import { functionScalingSchema } from "./function-concurrency";
import { roleSchema } from "./role";

/** A week at least: what is gone sooner can't explain an incident. */
const retentionDays = logRetentionDays.filter(
  (days): days is Exclude<typeof days, 1 | 3 | 5> => days >= 7,
);

const access = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("url") }).meta({
      description: "A function URL that admits callers by their AWS identity",
    }),
    z
      .strictObject({
        type: z.literal("api"),
        ratePerSecond: z.int().min(1).max(10_000).default(20).meta({
          description: "Requests a second that are let through",
        }),
        burst: z.int().min(1).max(5000).default(40).meta({
          description: "Requests that may come at the same moment",
        }),
      })
      .meta({
        description:
          "An HTTP API with throttling that admits callers by their AWS identity; answers within 30 seconds",
      }),
    z.strictObject({ type: z.literal("none") }).meta({
      description: "No address: callers invoke the alias",
    }),
  ])
  .meta({ description: "How the function is reached", example: '{"type": "url"}' });

/** Limits: Lambda's PutFunctionEventInvokeConfig, and SQS's MessageRetentionPeriod. */
const deadLetters = z
  .strictObject({
    retries: z.int().min(0).max(2).default(2).meta({
      description: "Further attempts after one that failed",
    }),
    maximumAgeSeconds: z.int().min(60).max(21_600).default(21_600).meta({
      description: "Seconds after which a call that is still waiting is given up",
      example: "3600",
    }),
    retentionDays: z.int().min(1).max(14).default(14).meta({
      description: "Days that a failed call is kept",
    }),
  })
  .meta({
    description:
      "Keeps asynchronous calls that failed for good in an encrypted queue, called as the function with -failed at its end; direct calls then fail on 429 and 5xx instead of answering. Omit to lose failed calls",
    example: '{"retries": 2, "retentionDays": 14}',
  });

/** Checked dead letters with every default filled in. */
export type DeadLettersConfig = z.output<typeof deadLetters>;

/** The Lambda function in front of an endpoint, under `function`. */
export const functionSchema = z
  .strictObject({
    memory: z.int().min(128).max(10240).default(512).meta({
      description: "Memory in MB; processor time grows with it",
    }),
    timeout: z.int().min(1).max(900).default(30).meta({
      description: "Seconds after which an invocation times out",
    }),
    reservedConcurrency: z.int().min(0).max(10_000).optional().meta({
      description:
        "Maximum number of concurrent invocations, reserved from the account's limit. Omit to share that limit",
      example: "5",
    }),
    provisionedConcurrency: z.int().min(1).max(10_000).optional().meta({
      description: "Number of environments kept warm, paid by the hour. Omit for none",
      example: "2",
    }),
    scaling: functionScalingSchema.optional(),
    deadLetters: deadLetters.optional(),
    logRetentionDays: z
      .literal(retentionDays)
      .default(30)
      .meta({
        description: "Days that log lines are kept",
        allowed: `one of ${retentionDays.join(", ")}`,
      }),
    tracing: z.boolean().default(false).meta({
      description: "Whether X-Ray records where the time goes",
    }),
    access: access.prefault({ type: "url" }),
    role: roleSchema.optional(),
  })
  .meta({
    description: "The Lambda function in front of the endpoint. Omit for none",
    example: '{"memory": 512, "timeout": 30}',
  });

/** A checked function with every default filled in. */
export type FunctionConfig = z.output<typeof functionSchema>;
