import { z } from "zod";
import { modelSourceProblem, parseModelSource } from "../model-source";
import { sagemakerInstanceType } from "./instance-type";

/** The cheapest instance types in us-east-1 that hold a ResNet50; burstable ones cannot be scaled automatically. */
const cheapest = { fixed: "ml.t2.medium", scaled: "ml.c5.large" } as const;

const instanceType = sagemakerInstanceType.meta({
  description: `SageMaker instance type; absent: ${cheapest.fixed}, or ${cheapest.scaled} with scaling`,
  allowed: "a SageMaker instance type",
  example: "ml.m5.large",
});

/** Retention times that CloudWatch Logs knows, in days. */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
] as const;

const realtime = z
  .strictObject({
    mode: z.literal("realtime"),
    instanceType: instanceType.optional(),
    instanceCount: z.int().min(1).max(100).optional().meta({
      description: "Instances at the start; absent: scaling.minInstances, or 1",
      example: "1",
    }),
  })
  .meta({ description: "Instances that answer at once and are paid by the second" });

const serving = z.discriminatedUnion("mode", [realtime]).meta({
  description: "How the model is served",
  example: '{"mode": "realtime", "instanceType": "ml.m5.large"}',
});

const cooldown = z.int().min(0).max(3600);

const scaling = z
  .strictObject({
    minInstances: z.int().min(1).max(100).default(1).meta({
      description: "Fewest instances",
      example: "1",
    }),
    maxInstances: z.int().min(1).max(100).meta({ description: "Most instances", example: "4" }),
    invocationsPerInstance: z.int().min(1).max(1_000_000).default(600).meta({
      description: "Invocations a minute and instance that scaling aims at",
      example: "600",
    }),
    scaleInCooldown: cooldown.default(300).meta({
      description: "Seconds to wait after instances were removed",
      example: "300",
    }),
    scaleOutCooldown: cooldown.default(60).meta({
      description: "Seconds to wait after instances were added",
      example: "60",
    }),
  })
  .meta({
    description: "Target tracking on the invocations of an instance; absent: a fixed number",
    example: '{"minInstances": 1, "maxInstances": 4}',
  });

const access = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("url") }).meta({
      description: "A function URL that admits callers by their AWS identity",
    }),
    z.strictObject({ type: z.literal("none") }).meta({
      description: "No address: callers invoke the alias",
    }),
  ])
  .meta({ description: "How the function is reached", example: '{"type": "url"}' });

const lambda = z
  .strictObject({
    memory: z.int().min(128).max(10240).default(512).meta({
      description: "Memory in MB; processor time grows with it",
      example: "512",
    }),
    timeout: z.int().min(1).max(900).default(30).meta({
      description: "Seconds after which an invocation is given up",
      example: "30",
    }),
    reservedConcurrency: z.int().min(0).max(10_000).optional().meta({
      description: "Most invocations at a time, set aside from the account's limit; absent: shared",
      example: "5",
    }),
    provisionedConcurrency: z.int().min(1).max(10_000).optional().meta({
      description: "Environments kept warm, paid by the hour; absent: none",
      example: "2",
    }),
    logRetentionDays: z
      .literal(retentionDays)
      .default(30)
      .meta({
        description: "Days that log lines are kept",
        allowed: `one of ${retentionDays.join(", ")}`,
        example: "30",
      }),
    access: access.prefault({ type: "url" }),
  })
  .meta({
    description: "The Lambda function in front of the endpoint; absent: none",
    example: '{"memory": 512, "timeout": 30}',
  });

const endpoint = z.strictObject({
  model: z
    .string()
    .superRefine((text, context) => {
      const problem = modelSourceProblem(text);
      if (problem !== undefined) {
        context.addIssue({ code: "custom", message: problem });
      }
    })
    .optional()
    .meta({
      description:
        "Model to serve; absent: nothing of this endpoint is created, so that a stack can start before anything is trained",
      allowed:
        "s3://bucket/key/model.tar.gz, a key of the data bucket like models/name/model.tar.gz, or a model directory of this repository",
      example: "samples/model",
    }),
  serving: serving.prefault({ mode: "realtime" }),
  scaling: scaling.optional(),
  function: lambda.optional(),
});

type CheckedEndpoint = z.output<typeof endpoint>;

function isBurstable(type: string): boolean {
  return /^ml\.t\d/.test(type);
}

/** What SageMaker and Lambda would refuse although every value alone is fine. */
function checkTogether(value: CheckedEndpoint, context: z.RefinementCtx<CheckedEndpoint>): void {
  const refuse = (path: string[], input: unknown, message: string): void => {
    context.addIssue({ code: "custom", path, input, message });
  };
  const { instanceType, instanceCount } = value.serving;
  if (value.scaling !== undefined) {
    const { minInstances, maxInstances } = value.scaling;
    if (minInstances > maxInstances) {
      refuse(
        ["scaling", "minInstances"],
        minInstances,
        `is more than maxInstances, which is ${maxInstances}`,
      );
    } else if (
      instanceCount !== undefined &&
      (instanceCount < minInstances || instanceCount > maxInstances)
    ) {
      refuse(
        ["serving", "instanceCount"],
        instanceCount,
        `is outside scaling's ${minInstances} to ${maxInstances} instances`,
      );
    }
    if (instanceType !== undefined && isBurstable(instanceType)) {
      refuse(
        ["serving", "instanceType"],
        instanceType,
        `is burstable, and SageMaker cannot scale burstable instances; take ${cheapest.scaled}, or remove scaling`,
      );
    }
  }
  const { provisionedConcurrency, reservedConcurrency } = value.function ?? {};
  if (
    provisionedConcurrency !== undefined &&
    reservedConcurrency !== undefined &&
    provisionedConcurrency > reservedConcurrency
  ) {
    refuse(
      ["function", "provisionedConcurrency"],
      provisionedConcurrency,
      `is more than reservedConcurrency, which is ${reservedConcurrency}`,
    );
  }
}

/** Fills in the defaults that depend on other values. */
function resolve(value: CheckedEndpoint) {
  const { model, serving, scaling, function: lambda } = value;
  return {
    model: model === undefined ? undefined : parseModelSource(model),
    serving: {
      ...serving,
      instanceType:
        serving.instanceType ?? (scaling === undefined ? cheapest.fixed : cheapest.scaled),
      instanceCount: serving.instanceCount ?? scaling?.minInstances ?? 1,
    },
    scaling,
    function: lambda,
  };
}

/** One endpoint, under its name in `kennel:endpoints`. */
export const endpointSchema = endpoint.superRefine(checkTogether).transform(resolve).meta({
  allowed: "an endpoint's settings",
  example: '{"model": "samples/model", "function": {}}',
});

/** A checked endpoint with every default filled in. */
export type EndpointConfig = z.output<typeof endpointSchema>;
/** How an endpoint serves its model. */
export type ServingConfig = EndpointConfig["serving"];
/** The bounds and the target of an endpoint's scaling. */
export type ScalingConfig = NonNullable<EndpointConfig["scaling"]>;
/** The Lambda function in front of an endpoint. */
export type FunctionConfig = NonNullable<EndpointConfig["function"]>;
