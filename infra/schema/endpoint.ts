import { z } from "zod";
import { modelSourceProblem, parseModelSource, type ModelSource } from "../model-source";
import { functionSchema, type FunctionConfig } from "./function";
import { rolloutSchema, waitingTime, type RolloutConfig } from "./rollout";
import { defaultTargets, scalingSchema, type ScalingConfig, type WrittenScaling } from "./scaling";
import {
  cheapest,
  isBurstable,
  servingSchema,
  type ServingConfig,
  type WrittenServing,
} from "./serving";

const model = z
  .string()
  .superRefine((text, context) => {
    const problem = modelSourceProblem(text);
    if (problem !== undefined) {
      context.addIssue({ code: "custom", message: problem });
    }
  })
  .meta({
    description:
      "Model to serve; absent: nothing of this endpoint is created, so that a stack can start before anything is trained",
    allowed:
      "s3://bucket/key/model.tar.gz, a key of the data bucket like models/name/model.tar.gz, or a model directory of this repository",
    example: "samples/model",
  });

const capture = z
  .strictObject({
    percentage: z.int().min(1).max(100).default(10).meta({
      description: "Share of the requests that is recorded",
      example: "10",
    }),
  })
  .meta({
    description: "Records requests and answers below capture/ in the data bucket; absent: nothing",
    example: '{"percentage": 10}',
  });

const written = z.strictObject({
  model: model.optional(),
  serving: servingSchema.prefault({ mode: "realtime" }),
  scaling: scalingSchema.optional(),
  rollout: rolloutSchema.prefault({ strategy: "all-at-once" }),
  capture: capture.optional(),
  function: functionSchema.optional(),
});

type Written = z.output<typeof written>;

/** A value that does not go with others: where it is, and why. */
interface Conflict {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  readonly reason: string;
}

function* scalingConflicts(serving: WrittenServing, scaling: WrittenScaling): Generator<Conflict> {
  if (serving.mode === "serverless") {
    const reason = "is for instances, which a serverless endpoint has none of; remove it";
    yield { path: ["scaling"], value: scaling, reason };
    return;
  }
  const { minInstances, maxInstances } = scaling;
  const { mode, instanceType, instanceCount } = serving;
  if (minInstances > maxInstances) {
    const reason = `is more than maxInstances, which is ${maxInstances}`;
    yield { path: ["scaling", "minInstances"], value: minInstances, reason };
  } else if (
    instanceCount !== undefined &&
    (instanceCount < minInstances || instanceCount > maxInstances)
  ) {
    const reason = `is outside scaling's ${minInstances} to ${maxInstances} instances`;
    yield { path: ["serving", "instanceCount"], value: instanceCount, reason };
  }
  if (minInstances === 0 && mode !== "async") {
    const reason = "leaves nothing that answers; only serving.mode async can go down to 0";
    yield { path: ["scaling", "minInstances"], value: 0, reason };
  }
  yield* scheduleConflicts(mode, scaling);
  if (instanceType !== undefined && isBurstable(instanceType)) {
    const reason = `is burstable, and SageMaker cannot scale burstable instances; take ${cheapest.scaled}, or remove scaling`;
    yield { path: ["serving", "instanceType"], value: instanceType, reason };
  }
  const other = mode === "async" ? "invocationsPerInstance" : "backlogPerInstance";
  if (scaling[other] !== undefined) {
    const instead = mode === "async" ? "backlogPerInstance" : "invocationsPerInstance";
    const reason = `is no target for serving.mode ${mode}; set ${instead}`;
    yield { path: ["scaling", other], value: scaling[other], reason };
  }
}

function* rolloutConflicts({ serving, scaling, rollout }: Written): Generator<Conflict> {
  if (rollout.strategy === "all-at-once") {
    return;
  }
  const path = ["rollout", "strategy"];
  const value = rollout.strategy;
  if (serving.mode === "serverless") {
    yield { path, value, reason: "is for instances; a serverless endpoint changes all at once" };
    return;
  }
  const instances = serving.instanceCount ?? scaling?.minInstances ?? 1;
  if (instances < 2) {
    const reason = `moves instances in steps, and there is only ${instances}; have two at least, or take all-at-once`;
    yield { path, value, reason };
  }
  const waiting = waitingTime(rollout);
  if (waiting >= rollout.maximumSeconds) {
    const reason = `is over before the steps are: they wait for ${waiting} seconds`;
    yield { path: ["rollout", "maximumSeconds"], value: rollout.maximumSeconds, reason };
  }
}

function* scheduleConflicts(mode: string, { schedule }: WrittenScaling): Generator<Conflict> {
  for (const [index, { minInstances, maxInstances }] of schedule.entries()) {
    const path = ["scaling", "schedule", index, "minInstances"];
    if (minInstances > maxInstances) {
      const reason = `is more than maxInstances, which is ${maxInstances}`;
      yield { path, value: minInstances, reason };
    }
    if (minInstances === 0 && mode !== "async") {
      const reason = "leaves nothing that answers; only serving.mode async can go down to 0";
      yield { path, value: 0, reason };
    }
  }
}

/** Seconds after which API Gateway gives up waiting for a function. */
const apiTimeout = 30;

function* functionConflicts(mode: string, settings: FunctionConfig): Generator<Conflict> {
  if (mode === "async") {
    const reason =
      "waits for an answer, which an async endpoint puts into the data bucket later; remove it";
    yield { path: ["function"], value: settings, reason };
  }
  const { provisionedConcurrency, reservedConcurrency, access, timeout } = settings;
  if (access.type === "api" && timeout > apiTimeout) {
    const reason = `is more than the ${apiTimeout} seconds that an HTTP API waits; shorten it, or take access.type url`;
    yield { path: ["function", "timeout"], value: timeout, reason };
  }
  if ((provisionedConcurrency ?? 0) > (reservedConcurrency ?? Infinity)) {
    const reason = `is more than reservedConcurrency, which is ${reservedConcurrency}`;
    yield { path: ["function", "provisionedConcurrency"], value: provisionedConcurrency, reason };
  }
}

/** What SageMaker and Lambda would refuse although every value alone is fine. */
function* conflicts(written: Written): Generator<Conflict> {
  const { serving, scaling, capture, function: lambda } = written;
  yield* rolloutConflicts(written);
  if (scaling !== undefined) {
    yield* scalingConflicts(serving, scaling);
  }
  if (lambda !== undefined) {
    yield* functionConflicts(serving.mode, lambda);
  }
  if (serving.mode === "serverless") {
    const { provisionedConcurrency, maxConcurrency } = serving;
    if ((provisionedConcurrency ?? 0) > maxConcurrency) {
      const reason = `is more than maxConcurrency, which is ${maxConcurrency}`;
      yield { path: ["serving", "provisionedConcurrency"], value: provisionedConcurrency, reason };
    }
    if (capture !== undefined) {
      const reason = "is not possible with a serverless endpoint; remove it";
      yield { path: ["capture"], value: capture, reason };
    }
  }
}

function resolveServing(serving: WrittenServing, scaling?: WrittenScaling): ServingConfig {
  if (serving.mode === "serverless") {
    return serving;
  }
  return {
    ...serving,
    instanceType:
      serving.instanceType ?? (scaling === undefined ? cheapest.fixed : cheapest.scaled),
    // An endpoint starts with one instance at least, also where it may go down to none.
    instanceCount: serving.instanceCount ?? Math.max(1, scaling?.minInstances ?? 1),
  };
}

function resolveScaling(mode: string, scaling: WrittenScaling): ScalingConfig {
  const { invocationsPerInstance, backlogPerInstance, ...rest } = scaling;
  return mode === "async"
    ? {
        ...rest,
        metric: "backlog",
        target: backlogPerInstance ?? defaultTargets.backlogPerInstance,
      }
    : {
        ...rest,
        metric: "invocations",
        target: invocationsPerInstance ?? defaultTargets.invocationsPerInstance,
      };
}

/** A checked endpoint with every default filled in. */
export interface EndpointConfig {
  /** Absent: nothing is created. */
  readonly model: ModelSource | undefined;
  readonly serving: ServingConfig;
  /** Absent: a fixed number of instances. */
  readonly scaling: ScalingConfig | undefined;
  readonly rollout: RolloutConfig;
  /** Absent: nothing is recorded. */
  readonly capture: { readonly percentage: number } | undefined;
  /** Absent: none. */
  readonly function: FunctionConfig | undefined;
}

function resolve(value: Written): EndpointConfig {
  const { serving, scaling } = value;
  return {
    ...value,
    model: value.model === undefined ? undefined : parseModelSource(value.model),
    serving: resolveServing(serving, scaling),
    scaling: scaling && resolveScaling(serving.mode, scaling),
    capture: value.capture,
    function: value.function,
  };
}

/** One endpoint, under its name in `kennel:endpoints`. */
export const endpointSchema = written
  .superRefine((value, context) => {
    for (const { path, value: input, reason } of conflicts(value)) {
      context.addIssue({ code: "custom", path: [...path], input, message: reason });
    }
  })
  .transform(resolve)
  .meta({
    allowed: "an endpoint's settings",
    example: '{"model": "samples/model", "function": {}}',
  });
