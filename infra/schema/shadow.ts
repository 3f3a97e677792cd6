import { z } from "zod";
import { parseModelSource } from "../model-source";
import { servingInstanceType } from "./instance-type";
import { modelGuidance, modelKmsKey, modelText } from "./model";
import { instanceTypeOf, type ServingConfig } from "./serving";

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

/** Fills in a shadow's instance type, which defaults to the endpoint's, and reads where its model comes from. */
export function resolveShadow(
  serving: ServingConfig,
  { model, modelKmsKeyArn, instanceType, ...shadow }: z.output<typeof shadowSchema>,
) {
  return {
    ...shadow,
    instanceType: instanceType ?? instanceTypeOf(serving),
    model: model === undefined ? undefined : parseModelSource(model, modelKmsKeyArn),
  };
}
