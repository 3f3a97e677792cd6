import { forEach } from "../../outcomes";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { dependsOn, identitiesOf } from "../references";
import { ENDPOINT_CONFIGURATION, MODEL } from "./types";
import { isServerless, type Variant, variantsOf } from "./variants";

const FIX =
  "enableNetworkIsolation: true, // or: vpcConfig: { subnets: [subnet.id], securityGroupIds: [group.id] },";

export const modelNetwork = defineRule({
  name: "model-network",
  what: "A model's container runs without a network, or in your VPC.",
  why: "A container that can reach the internet can send away every request that it sees, and the credentials of its role.",
  howToFix:
    "Isolate it; SageMaker still loads the model and delivers requests. A container that must reach something belongs into a subnet that you own. Serverless endpoints accept neither, so this rule asks nothing of a model that only they serve.",
  example: ["new aws.sagemaker.Model(name, {", `  ${FIX}`, "  …", "});"],
  severity: "high",
  level: "mandatory",
  standards: {
    nist80053r5: "AC-4, AC-4(21), SC-7, SC-7(5)",
    securityHub: "SageMaker.5",
  },
  types: [MODEL],
  *inStack(model, stack): Generator<Outcome> {
    const { enableNetworkIsolation, vpcConfig } = model.properties;
    if (enableNetworkIsolation === true || vpcConfig?.subnets?.length > 0) {
      return;
    }
    const users: Variant[] = [];
    yield* forEach(stack.ofType(ENDPOINT_CONFIGURATION), (configuration) => {
      users.push(...variantsOfModel(configuration, model));
      return [];
    });
    if (users.length === 0 || !users.every(isServerless)) {
      yield {
        message: `The container of ${model.name} has neither network isolation nor a VPC: it can reach the internet.`,
        fix: FIX,
      };
    }
  },
});

/** By the model's name; where a preview doesn't know that yet, every variant of a configuration computed from the model. */
function variantsOfModel(configuration: JudgedResource, model: JudgedResource): Variant[] {
  const isSource = dependsOn(configuration, "productionVariants", model);
  const names = identitiesOf(model);
  return variantsOf(configuration).filter((variant) =>
    isSource && names.length === 0 ? true : names.includes(variant.modelName ?? ""),
  );
}
