import { defineRule, type Outcome } from "../../rule";
import { scaledEndpoint, scalesEndpoint, TARGET } from "./scaling";

const FIX =
  "resourceId: pulumi.interpolate`endpoint/${endpoint.name}/variant/primary`, // and { dependsOn: endpoint, deletedWith: endpoint }";

export const scalingTargetEndpoint = defineRule({
  name: "scaling-target-endpoint",
  what: "A scaling target for a SageMaker endpoint stands in the endpoint's stack.",
  why: "AWS forgets a target together with its endpoint: replaced from another stack, the endpoint comes back without scaling, and nobody notices.",
  example: FIX,
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "CP-2(2)" },
  types: [TARGET],
  *inStack(target, stack): Generator<Outcome> {
    if (!scalesEndpoint(target)) {
      return;
    }
    const { endpoint, endpointName } = scaledEndpoint(target, stack);
    if (endpoint === undefined) {
      yield {
        message: `${target.name} scales the endpoint ${endpointName}, which is not in this stack.`,
        fix: FIX,
      };
    }
  },
});
