import { z } from "zod";
import { parseModelSource, type ModelSource } from "../model-source";
import type { Conflict } from "./conflict";
import { roleSchema, type RoleConfig } from "./role";
import { functionConflicts, functionSchema, type FunctionConfig } from "./function";
import { rolloutConflicts, rolloutSchema, type RolloutConfig } from "./rollout";
import { modelGuidance, modelKeyConflicts, modelKmsKey, modelText } from "./model";
import { resolveScaling, scalingSchema, type ScalingConfig, type WrittenScaling } from "./scaling";
import { stepConflicts } from "./scaling-steps";
import { resolveShadow, shadowConflicts, shadowSchema, type ShadowConfig } from "./shadow";
import {
  cheapest,
  isBurstable,
  servingSchema,
  type ServingConfig,
  type WrittenServing,
} from "./serving";

const model = modelText.meta({
  ...modelGuidance,
  description:
    "Model to serve; absent: nothing of this endpoint is created, so that a stack can start before anything is trained",
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

const existing = z
  .string()
  .regex(/^(?=.{1,63}$)[A-Za-z0-9](-?[A-Za-z0-9])*$/)
  .meta({
    description:
      "Endpoint to use as it is instead of creating one: alarms, scaling, dashboard and function are put around it; absent: created",
    allowed: "the name of an endpoint of this account and region",
    example: "team-dogs",
  });

const written = z.strictObject({
  model: model.optional(),
  modelKmsKeyArn: modelKmsKey,
  existing: existing.optional(),
  role: roleSchema.optional(),
  serving: servingSchema.prefault({ mode: "realtime" }),
  shadow: shadowSchema.optional(),
  scaling: scalingSchema.optional(),
  rollout: rolloutSchema.prefault({ strategy: "all-at-once" }),
  capture: capture.optional(),
  function: functionSchema.optional(),
});

type Written = z.output<typeof written>;

/** What only the owner of an endpoint decides; `serving.mode` says what kind of endpoint it is. */
function* existingConflicts(written: Written): Generator<Conflict> {
  const { model, capture, role, serving, shadow, rollout } = written;
  const reason = "belongs to the endpoint's owner where there is an existing endpoint; remove it";
  const instances =
    serving.mode === "serverless"
      ? []
      : (["instanceType", "instanceCount", "network"] as const).map(
          (key) => [["serving", key], serving[key]] as const,
        );
  const notifications = serving.mode === "async" ? serving.notifications : undefined;
  const owned: readonly (readonly [readonly string[], unknown])[] = [
    [["model"], model],
    [["capture"], capture],
    [["shadow"], shadow],
    [["role"], role],
    [["rollout"], rollout.strategy === "all-at-once" ? undefined : rollout],
    ...instances,
    [["serving", "notifications"], notifications],
  ];
  for (const [path, value] of owned) {
    if (value !== undefined) {
      yield { path, value, reason };
    }
  }
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
  yield* policyConflicts(mode, scaling);
}

/** The target of the other mode, or a target beside steps. */
function* policyConflicts(mode: string, scaling: WrittenScaling): Generator<Conflict> {
  const [own, other] =
    mode === "async"
      ? (["backlogPerInstance", "invocationsPerInstance"] as const)
      : (["invocationsPerInstance", "backlogPerInstance"] as const);
  if (scaling[other] !== undefined) {
    const reason = `is no target for serving.mode ${mode}; set ${own}`;
    yield { path: ["scaling", other], value: scaling[other], reason };
  }
  if (scaling.steps !== undefined) {
    if (scaling[own] !== undefined) {
      const reason = "is a target, and steps take the place of a target; remove one of them";
      yield { path: ["scaling", own], value: scaling[own], reason };
    }
    yield* stepConflicts(mode, scaling.steps);
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

/** What SageMaker and Lambda would refuse although every value alone is fine. */
function* conflicts(written: Written): Generator<Conflict> {
  const { serving, scaling, shadow, capture, function: lambda } = written;
  if (written.existing !== undefined) {
    yield* existingConflicts(written);
  }
  yield* modelKeyConflicts(written);
  yield* rolloutConflicts(written);
  if (shadow !== undefined && written.existing === undefined) {
    yield* shadowConflicts({ ...written, shadow });
  }
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

/** A checked endpoint with every default filled in. */
export interface EndpointConfig {
  /** Absent: nothing is created. */
  readonly model: ModelSource | undefined;
  /** An endpoint that somebody else manages; absent: one is created. */
  readonly existing: string | undefined;
  /** The role to run with; absent: one is created. */
  readonly role: RoleConfig | undefined;
  readonly serving: ServingConfig;
  /** Absent: none. */
  readonly shadow: ShadowConfig | undefined;
  /** Absent: a fixed number of instances. */
  readonly scaling: ScalingConfig | undefined;
  readonly rollout: RolloutConfig;
  /** Absent: nothing is recorded. */
  readonly capture: { readonly percentage: number } | undefined;
  /** Absent: none. */
  readonly function: FunctionConfig | undefined;
}

function resolve({ modelKmsKeyArn, ...value }: Written): EndpointConfig {
  const { scaling, shadow } = value;
  const serving = resolveServing(value.serving, scaling);
  return {
    ...value,
    model: value.model === undefined ? undefined : parseModelSource(value.model, modelKmsKeyArn),
    serving,
    shadow: shadow && resolveShadow(shadow),
    scaling: scaling && resolveScaling(serving.mode, scaling),
    existing: value.existing,
    role: value.role,
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
