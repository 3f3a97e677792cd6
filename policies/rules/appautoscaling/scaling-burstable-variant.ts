import { isBurstable } from "../../../packages/aws-facts/instance-types";
import { defineRule, type Outcome } from "../../rule";
import { isServerless } from "../sagemaker/variants";
import { scaledBy, TARGET } from "./scaling";

const FIX = 'instanceType: "ml.m5.large", // or without autoscaling: remove the scaling target';

export const scalingBurstableVariant = defineRule({
  name: "scaling-burstable-variant",
  what: "No burstable instances (ml.t2, ml.t3) behind autoscaling.",
  why: "AWS does not scale them: registering the target fails in the middle of the deployment.",
  example: [`productionVariants: [{ ${FIX}`, "  …", "}],"],
  severity: "high",
  level: "mandatory",
  standards: { nist80053r5: "CP-2(2), SC-5(2)" },
  types: [TARGET],
  *inStack(target, stack): Generator<Outcome> {
    const { configuration, variants } = scaledBy(target, stack) ?? {};
    for (const variant of variants?.() ?? []) {
      if (!isServerless(variant) && isBurstable(variant.instanceType ?? "")) {
        yield {
          message: `${target.name} scales ${variant.path} of ${configuration!.name}, which runs on burstable ${variant.instanceType!}: AWS refuses to scale that.`,
          fix: FIX,
        };
      }
    }
  },
});
