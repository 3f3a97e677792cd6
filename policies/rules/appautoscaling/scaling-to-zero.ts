import { defineRule, type Outcome } from "../../rule";
import { isAbsent } from "../values";
import { INSTANCE_COUNT, scaledBy, TARGET } from "./scaling";

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
    const { scalableDimension } = target.properties;
    if (scalableDimension !== INSTANCE_COUNT || target.properties["minCapacity"] !== 0) {
      return;
    }
    const configuration = scaledBy(target, stack)?.configuration;
    if (configuration && isAbsent(configuration.properties["asyncInferenceConfig"])) {
      yield {
        message: `${target.name} scales the real-time endpoint configuration ${configuration.name} down to 0 instances.`,
        fix: FIX,
      };
    }
  },
});
