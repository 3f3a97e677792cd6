import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource, JudgedStack } from "../../resource";
import { configurationOf, type Variant, variantsOf } from "../sagemaker/variants";
import { ENDPOINT } from "../sagemaker/types";
import { refersTo } from "../references";

export const TARGET = "aws:appautoscaling/target:Target";
export const POLICY = "aws:appautoscaling/policy:Policy";

/** Scales the instances of a variant; serverless variants and inference components have other dimensions. */
export const INSTANCE_COUNT = "sagemaker:variant:DesiredInstanceCount";

/** `endpoint/NAME/variant/NAME`, or `inference-component/NAME`, which belongs to no variant. */
const RESOURCE_ID = /^endpoint\/([^/]+)\/variant\/([^/]+)$/;

/** What a scaling target scales of an endpoint, as far as that is in the stack. */
export interface Scaled {
  readonly endpoint?: JudgedResource;
  /** The endpoint's name as the target says it; undefined where a preview doesn't know it yet. */
  readonly endpointName?: string;
  readonly configuration?: JudgedResource;
  readonly variants: () => readonly Variant[];
}

/**
 * What a target scales: an endpoint by name or, where a preview doesn't know that yet, by what `resourceId` was computed from;
 * undefined where it scales anything but an endpoint of SageMaker. Throws where neither tells.
 */
export function scaledBy(target: JudgedResource, stack: JudgedStack): Scaled | undefined {
  const { properties, known } = target;
  const { resourceId } = known;
  if (
    properties["serviceNamespace"] !== "sagemaker" ||
    (typeof resourceId === "string" && !RESOURCE_ID.test(resourceId))
  ) {
    return undefined;
  }
  const endpoints = stack.ofType(ENDPOINT);
  const source = endpoints.find((each) => refersTo(target, "resourceId", each));
  const id = resourceId === UNKNOWN && source !== undefined ? "" : properties["resourceId"];
  const [, endpointName, variantName] = RESOURCE_ID.exec(id) ?? [];
  const named = endpoints.find((each) => endpointName && each.known["name"] === endpointName);
  const endpoint = named ?? source;
  const configuration = endpoint && configurationOf(endpoint, stack);
  return {
    ...{ endpoint, endpointName, configuration },
    variants: () =>
      (configuration === undefined ? [] : variantsOf(configuration)).filter(
        (variant) => variantName === undefined || variant.variantName === variantName,
      ),
  };
}
