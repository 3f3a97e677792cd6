import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource, JudgedStack } from "../../resource";
import { configurationOf, type Variant, variantsOf } from "../sagemaker/variants";
import { ENDPOINT } from "../sagemaker/types";
import { referredTo } from "../references";

export const TARGET = "aws:appautoscaling/target:Target";
export const POLICY = "aws:appautoscaling/policy:Policy";

/** Scales the instances of a variant; serverless variants and inference components have other dimensions. */
export const INSTANCE_COUNT = "sagemaker:variant:DesiredInstanceCount";

/** `endpoint/NAME/variant/NAME`, or `inference-component/NAME`, which belongs to no variant. */
const RESOURCE_ID = /^endpoint\/([^/]+)\/variant\/([^/]+)$/;

/** What a scaling target of SageMaker scales. */
export interface ScaledEndpoint {
  /** Undefined where the stack has no such endpoint. */
  readonly endpoint?: JudgedResource;
  /** The endpoint's name as the target says it; undefined where a preview doesn't know it yet. */
  readonly endpointName?: string;
  /** Undefined where a preview doesn't know it yet. */
  readonly variantName?: string;
}

/** Whether a target scales an endpoint of SageMaker. Throws where a preview doesn't know that yet. */
export function scalesEndpoint(target: JudgedResource): boolean {
  const { resourceId } = target.known;
  return (
    target.properties["serviceNamespace"] === "sagemaker" &&
    (typeof resourceId !== "string" || RESOURCE_ID.test(resourceId))
  );
}

/**
 * The endpoint that a target scales: by name or, where a preview doesn't know that yet, by what `resourceId` was computed
 * from. Throws where neither tells.
 */
export function scaledEndpoint(target: JudgedResource, stack: JudgedStack): ScaledEndpoint {
  const endpoints = stack.ofType(ENDPOINT);
  if (target.known["resourceId"] === UNKNOWN) {
    const [endpoint] = referredTo(target, "resourceId", endpoints);
    if (endpoint !== undefined) {
      return { endpoint };
    }
  }
  const id = target.properties["resourceId"] as string;
  const [, endpointName, variantName] = RESOURCE_ID.exec(id) ?? [];
  const endpoint = endpoints.find(({ known }) => known["name"] === endpointName);
  return {
    endpoint: endpoint ?? referredTo(target, "resourceId", endpoints)[0],
    endpointName,
    variantName,
  };
}

/** The variants that a target scales and their configuration; nothing where they are not in the stack. */
export function scaledVariants(
  { endpoint, variantName }: ScaledEndpoint,
  stack: JudgedStack,
): { configuration?: JudgedResource; variants: () => readonly Variant[] } {
  const configuration = endpoint === undefined ? undefined : configurationOf(endpoint, stack);
  return {
    configuration,
    variants: () =>
      (configuration === undefined ? [] : variantsOf(configuration)).filter(
        (variant) => variantName === undefined || variant.variantName === variantName,
      ),
  };
}
