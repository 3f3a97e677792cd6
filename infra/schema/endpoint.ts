import { z } from "zod";
import { parseModelSource } from "../model-source";
import { roleSchema } from "./role";
import { functionSchema } from "./function";
import { rolloutSchema } from "./rollout";
import { modelGuidance, modelKmsKey, modelText } from "./model";
import { resolveScaling, scalingSchema } from "./scaling";
import { resolveShadow, shadowSchema } from "./shadow";
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

type Instances = Pick<WrittenEndpoint, "scaling"> & {
  readonly serving: Exclude<WrittenServing, { readonly mode: "serverless" }>;
};

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
