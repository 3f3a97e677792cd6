import { z } from "zod";
import { parseModelSource } from "../model-source";
import { apart, at, type Conflict } from "./conflict";
import { isFirstInferentia } from "../../packages/aws-facts/instance-types";
import { servingInstanceType } from "./instance-type";
import { modelGuidance, modelKeyConflicts, modelKmsKey, modelText } from "./model";
import type { RolloutConfig } from "./rollout";
import { instanceTypeOf, type ServingConfig, type WrittenServing } from "./serving";

/** A second model that gets copies of requests and whose answers nobody sees, under `shadow`. */
export const shadowSchema = z
  .strictObject({
    model: modelText.optional().meta({
      ...modelGuidance,
      description: "Model to try. Defaults to the endpoint's, to try another instance type",
    }),
    modelKmsKeyArn: modelKmsKey,
    instanceType: servingInstanceType.optional().meta({
      description:
        "SageMaker instance type; in prod with local disks if the endpoint's has them, else without. Defaults to the endpoint's",
      allowed: "a SageMaker instance type for endpoints, so none of ml.t3",
      example: "ml.m5.large",
    }),
    instanceCount: z.int().min(1).max(100).default(1).meta({
      description: "Number of instances, which scaling does not change",
    }),
    percentage: z.int().min(1).max(100).default(10).meta({
      description: "Share of the requests that the shadow gets a copy of",
    }),
  })
  .meta({
    description:
      "A shadow variant of a realtime endpoint: it gets copies of requests, and capture records its answers. Omit for none",
    example: '{"model": "models/next/model.tar.gz", "percentage": 10}',
  });

/** A shadow as written. */
export type WrittenShadow = z.output<typeof shadowSchema>;

/** Fills in a shadow's instance type, which defaults to the endpoint's, and reads where its model comes from. */
export function resolveShadow(
  serving: ServingConfig,
  { model, modelKmsKeyArn, instanceType, ...shadow }: WrittenShadow,
) {
  return {
    ...shadow,
    instanceType: instanceType ?? instanceTypeOf(serving),
    model: model === undefined ? undefined : parseModelSource(model, modelKmsKeyArn),
  };
}

/** What a shadow has to go with. */
export interface ShadowSettings {
  readonly model?: string | undefined;
  readonly existing?: string | undefined;
  readonly serving: WrittenServing;
  readonly rollout: RolloutConfig;
  readonly shadow?: WrittenShadow | undefined;
}

/**
 * What SageMaker refuses of a shadow.
 *
 * Source: SageMaker developer guide, "Shadow tests: exclusions" (serverless, asynchronous, Inf1) and "Deployment guardrails:
 * exclusions" (rolling deployments of endpoints with several variants; the same variants before and after a blue/green one).
 */
export function shadowConflicts(shadowed: ShadowSettings): readonly Conflict[] {
  const { serving, shadow } = shadowed;
  if (shadow === undefined || "existing" in shadowed) {
    return [];
  }
  if (serving.mode !== "realtime") {
    const reason = `is for realtime endpoints; SageMaker does not support a shadow with serving.mode ${serving.mode}; remove it`;
    return [{ path: ["shadow"], reason }];
  }
  const notInferentia = (read: () => string | undefined) => () =>
    isFirstInferentia(read() ?? "") &&
    "is Inferentia 1, which SageMaker keeps out of shadow tests; take another";
  return apart(
    at(
      ["shadow", "instanceType"],
      notInferentia(() => shadow.instanceType),
    ),
    at(
      ["serving", "instanceType"],
      notInferentia(() => serving.instanceType),
    ),
    at(
      ["rollout", "strategy"],
      () =>
        shadowed.rollout.strategy !== "all-at-once" &&
        "moves the instances of one variant, and the shadow is a second one; take all-at-once while there is a shadow",
    ),
    () => modelKeyConflicts(shadow, "shadow"),
    at(["shadow"], () => {
      const sameModel = shadow.model === undefined || shadow.model === shadowed.model;
      const sameType =
        shadow.instanceType === undefined || shadow.instanceType === serving.instanceType;
      return (
        sameModel &&
        sameType &&
        "has the model and the instance type of what it shadows; set one of them"
      );
    }),
  );
}
