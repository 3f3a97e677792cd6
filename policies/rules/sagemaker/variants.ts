import type { JudgedResource, JudgedStack } from "../../resource";
import { refersTo } from "../references";
import { listOf } from "../values";
import { ENDPOINT_CONFIGURATION } from "./types";

/** A production or shadow variant of an endpoint configuration. Touching what is not known yet throws. */
export interface Variant {
  /** Its place, such as `productionVariants[0]`. */
  readonly path: string;
  readonly variantName?: string;
  readonly modelName?: string;
  readonly instanceType?: string;
  readonly initialInstanceCount?: number;
  readonly serverlessConfig?: object;
}

const LISTS = ["productionVariants", "shadowProductionVariants"] as const;

/** The variants of an endpoint configuration, shadow variants included. */
export function variantsOf(configuration: JudgedResource): Variant[] {
  return LISTS.flatMap((list) => {
    const variants = listOf<Variant>(configuration.properties[list]);
    return Array.from(
      variants.keys(),
      (index) =>
        // A copy would touch every property.
        new Proxy(variants[index]!, {
          get: (target, key): unknown =>
            key === "path" ? `${list}[${index}]` : (Reflect.get(target, key) as unknown),
        }),
    );
  });
}

/** Whether SageMaker finds the compute itself. Older providers and saved state hold the settings in a list. */
export function isServerless(variant: Variant): boolean {
  return listOf(variant.serverlessConfig).length > 0;
}

/** The configuration that an endpoint runs, where it is in the stack. */
export function configurationOf(
  endpoint: JudgedResource,
  stack: JudgedStack,
): JudgedResource | undefined {
  return stack
    .ofType(ENDPOINT_CONFIGURATION)
    .find((each) => refersTo(endpoint, "endpointConfigName", each));
}
