import { z } from "zod";
import { isBurstable } from "../../packages/aws-facts/instance-types";
import { parseModelSource } from "../model-source";
import { apart, at, type Check, type Conflict } from "./conflict";
import { networkConflicts } from "./network";
import { roleSchema } from "./role";
import { functionConflicts, functionSchema } from "./function";
import { rolloutConflicts, rolloutSchema } from "./rollout";
import { modelGuidance, modelKeyConflicts, modelKmsKey, modelText } from "./model";
import { resolveScaling, scalingSchema, type WrittenScaling } from "./scaling";
import { stepConflicts } from "./scaling-steps";
import { resolveShadow, shadowConflicts, shadowSchema } from "./shadow";
import { cheapest, servingSchema, type ServingConfig, type WrittenServing } from "./serving";

const model = modelText.meta({
  ...modelGuidance,
  description:
    "Model to serve. Omit to create nothing of this endpoint yet, so that a stack can start before anything is trained",
});

const capture = z
  .strictObject({
    percentage: z.int().min(1).max(100).default(10).meta({
      description: "Share of the requests to record",
    }),
  })
  .meta({
    description:
      "Records requests and answers below capture/ in the data bucket. Omit to record nothing",
    example: '{"percentage": 10}',
  });

const existing = z
  .string()
  .regex(/^(?=.{1,63}$)[A-Za-z0-9](-?[A-Za-z0-9])*$/)
  .meta({
    description:
      "Endpoint to use as it is instead of creating one: alarms, scaling, dashboard and function are put around it. Omit to create one",
    allowed: "the name of an endpoint of this account and region",
    example: "team-dogs",
  });

/** One endpoint as written, under its name in `kennel:endpoints`. */
export const writtenEndpoint = z
  .strictObject({
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
  })
  .meta({
    allowed: "an endpoint's settings",
    example: '{"model": "samples/model", "function": {}}',
  });

/** An endpoint as written. */
export type WrittenEndpoint = z.output<typeof writtenEndpoint>;

/** What only the owner of an endpoint decides; `serving.mode` says what kind of endpoint it is. */
function existingConflicts(written: WrittenEndpoint): Conflict[] {
  if (!("existing" in written)) {
    return [];
  }
  const reason = "belongs to the endpoint's owner where there is an existing endpoint; remove it";
  const serving = () => written.serving as Readonly<Record<string, unknown>>;
  return apart(
    ...(["model", "capture", "shadow", "role"] as const).map((key) =>
      at([key], () => written[key] !== undefined && reason),
    ),
    at(["rollout"], () => written.rollout.strategy !== "all-at-once" && reason),
    ...["instanceType", "instanceCount", "network", "notifications"].map((key) =>
      at(["serving", key], () => serving()[key] !== undefined && reason),
    ),
  );
}

function scalingConflicts({ serving, scaling }: WrittenEndpoint): readonly Conflict[] {
  if (scaling === undefined) {
    return [];
  }
  const { mode } = serving;
  if (mode === "serverless") {
    const reason = "is for instances, which a serverless endpoint has none of; remove it";
    return [{ path: ["scaling"], reason }];
  }
  return apart(
    () => boundsConflicts(serving, scaling),
    notEmpty(mode, ["scaling"], () => scaling),
    () =>
      apart(...[...scaling.schedule.keys()].flatMap((index) => timeChecks(mode, scaling, index))),
    at(
      ["serving", "instanceType"],
      () =>
        isBurstable(serving.instanceType ?? "") &&
        `is burstable, and SageMaker cannot scale burstable instances; take ${cheapest.scaled}, or remove scaling`,
    ),
    ...policyChecks(mode, scaling),
  );
}

type WithInstances = Exclude<WrittenServing, { readonly mode: "serverless" }>;

function boundsConflicts(serving: WithInstances, scaling: WrittenScaling): Conflict[] {
  const { minInstances, maxInstances } = scaling;
  if (minInstances > maxInstances) {
    const reason = `is more than maxInstances, which is ${maxInstances}`;
    return [{ path: ["scaling", "minInstances"], reason }];
  }
  const { instanceCount = minInstances } = serving;
  const reason = `is outside scaling's ${minInstances} to ${maxInstances} instances`;
  return instanceCount < minInstances || instanceCount > maxInstances
    ? [{ path: ["serving", "instanceCount"], reason }]
    : [];
}

/** Only async endpoints may be without an instance. */
function notEmpty(
  mode: string,
  path: readonly PropertyKey[],
  bounds: () => { readonly minInstances: number },
): Check {
  const reason = "leaves nothing that answers; only serving.mode async can go down to 0";
  return at(
    [...path, "minInstances"],
    () => mode !== "async" && bounds().minInstances === 0 && reason,
  );
}

function timeChecks(mode: string, { schedule }: WrittenScaling, index: number): Check[] {
  const path = ["scaling", "schedule", index];
  const bounds = () => schedule[index]!;
  return [
    at([...path, "minInstances"], () => {
      const { minInstances, maxInstances } = bounds();
      return minInstances > maxInstances && `is more than maxInstances, which is ${maxInstances}`;
    }),
    notEmpty(mode, path, bounds),
  ];
}

/** Targets by the way of serving whose metric they look at. */
const targets = {
  async: ["backlogPerInstance"],
  realtime: ["invocationsPerInstance", "concurrentRequestsPerInstance"],
} as const;

/** A target of another mode, two targets, or a target beside steps. */
function policyChecks(mode: "realtime" | "async", scaling: WrittenScaling): Check[] {
  const own = () => targets[mode].filter((target) => scaling[target] !== undefined);
  const instead = targets[mode].join(" or ");
  return [
    ...targets[mode === "async" ? "realtime" : "async"].map((other) =>
      at(
        ["scaling", other],
        () =>
          scaling[other] !== undefined &&
          `is not a target for serving.mode ${mode}; set ${instead}`,
      ),
    ),
    () => {
      const [first, second] = own();
      const reason = `is a second target beside ${first}; remove one of them`;
      return second === undefined ? [] : [{ path: ["scaling", second], reason }];
    },
    () => {
      const [first] = own();
      const reason = "is a target, and steps take the place of a target; remove one of them";
      return scaling.steps === undefined || first === undefined
        ? []
        : [{ path: ["scaling", first], reason }];
    },
    () => (scaling.steps === undefined ? [] : stepConflicts(mode, scaling.steps)),
  ];
}

function serverlessConflicts(written: WrittenEndpoint): readonly Conflict[] {
  const { serving } = written;
  if (serving.mode !== "serverless") {
    return [];
  }
  return apart(
    at(["serving", "provisionedConcurrency"], () => {
      const { provisionedConcurrency = 0, maxConcurrency } = serving;
      return (
        provisionedConcurrency > maxConcurrency &&
        `is more than maxConcurrency, which is ${maxConcurrency}`
      );
    }),
    at(
      ["capture"],
      () =>
        written.capture !== undefined && "is not possible with a serverless endpoint; remove it",
    ),
  );
}

/** What SageMaker and Lambda would refuse although every value alone is fine. */
export function endpointConflicts(written: WrittenEndpoint): readonly Conflict[] {
  return apart(
    () => existingConflicts(written),
    () => modelKeyConflicts(written),
    () => rolloutConflicts(written),
    () => shadowConflicts(written),
    () => networkConflicts(written.serving),
    () => scalingConflicts(written),
    () => functionConflicts(written),
    () => serverlessConflicts(written),
  );
}

type Instances = Pick<WrittenEndpoint, "scaling"> & { readonly serving: WithInstances };

/** The type of the instances that an endpoint runs on. */
export function instanceTypeOf({ serving, scaling }: Instances): string {
  return serving.instanceType ?? (scaling === undefined ? cheapest.fixed : cheapest.scaled);
}

/** The instances that an endpoint starts with: one at least, also where it may go down to none. */
export function instanceCountOf({ serving, scaling }: Instances): number {
  return serving.instanceCount ?? Math.max(1, scaling?.minInstances ?? 1);
}

function resolveServing({ serving, scaling }: WrittenEndpoint): ServingConfig {
  return serving.mode === "serverless"
    ? serving
    : {
        ...serving,
        instanceType: instanceTypeOf({ serving, scaling }),
        instanceCount: instanceCountOf({ serving, scaling }),
      };
}

/** Fills in what follows from other values. */
export function resolveEndpoint({ modelKmsKeyArn, ...written }: WrittenEndpoint) {
  const { model, scaling, shadow } = written;
  const serving = resolveServing(written);
  return {
    ...written,
    model: model === undefined ? undefined : parseModelSource(model, modelKmsKeyArn),
    serving,
    shadow: shadow && resolveShadow(serving, shadow),
    scaling: scaling && resolveScaling(serving.mode, scaling),
  };
}

/** A checked endpoint with every default filled in. */
export type EndpointConfig = ReturnType<typeof resolveEndpoint>;

/** One endpoint by itself, for a program that uses the components. */
export const endpointSchema = writtenEndpoint.transform(resolveEndpoint);
