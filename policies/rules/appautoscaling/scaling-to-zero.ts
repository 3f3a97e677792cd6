import { whereKnown } from "../../outcomes";
import { defineRule, type Outcome } from "../../rule";
import { INSTANCE_COUNT, scaledEndpoint, scaledVariants, scalesEndpoint, TARGET } from "./scaling";

const FIX = "minCapacity: 1, // or make the endpoint asynchronous: asyncInferenceConfig: { … }";

export const scalingToZero = defineRule({
  name: "scaling-to-zero",
  what: "Only asynchronous endpoints scale down to no instance.",
  why: "A real-time endpoint has nowhere to keep a request until an instance is there: AWS refuses the target in the middle of the deployment.",
  example: [`new aws.appautoscaling.Target(name, { ${FIX}`, "  …", "});"],
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CP-2(2), SC-5(2)" },
  types: [TARGET],
  *inStack(target, stack): Generator<Outcome> {
    if (!scalesEndpoint(target) || target.properties["scalableDimension"] !== INSTANCE_COUNT) {
      return;
    }
    if (target.properties["minCapacity"] !== 0) {
      return;
    }
    const { configuration } = scaledVariants(scaledEndpoint(target, stack), stack);
    if (configuration === undefined) {
      return;
    }
    yield* whereKnown(function* (): Generator<Outcome> {
      const asynchronous = configuration.properties["asyncInferenceConfig"] as unknown;
      if (asynchronous === undefined || asynchronous === null) {
        yield {
          resource: target,
          message: `${target.name} scales the real-time endpoint configuration ${configuration.name} down to 0 instances.`,
          fix: FIX,
        };
      }
    });
  },
});
