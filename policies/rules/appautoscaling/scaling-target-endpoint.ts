import { defineRule, type Outcome } from "../../rule";
import { scaledBy, TARGET } from "./scaling";

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
    const scaled = scaledBy(target, stack);
    if (scaled !== undefined && scaled.endpoint === undefined) {
      yield {
        message: `${target.name} scales the endpoint ${scaled.endpointName}, which is not in this stack.`,
        fix: FIX,
      };
    }
  },
});
