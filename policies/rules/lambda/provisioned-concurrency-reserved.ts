import { forEach } from "../../outcomes";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { functionOf } from "./functions";
import { PROVISIONED_CONCURRENCY } from "./types";

export const provisionedConcurrencyReserved = defineRule({
  name: "provisioned-concurrency-reserved",
  what: "A function's provisioned concurrency, of all its versions and aliases together, fits into its reserved concurrency.",
  why: "AWS refuses more in the middle of the deployment.",
  example: [
    "new aws.lambda.Function(name, { reservedConcurrentExecutions: 20, … });",
    "new aws.lambda.ProvisionedConcurrencyConfig(name, { provisionedConcurrentExecutions: 10, … });",
  ],
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CP-2(2), SC-5(2)" },
  *stack(stack): Generator<Outcome> {
    const byFunction = new Map<JudgedResource, JudgedResource[]>();
    yield* forEach(stack.ofType(PROVISIONED_CONCURRENCY), (provisioned) => {
      const owner = functionOf(provisioned, "functionName", stack);
      if (owner === undefined) {
        // Throws where a preview doesn't know it; a function of another stack keeps its own reservation.
        void provisioned.properties["functionName"];
      } else {
        byFunction.set(owner, [...(byFunction.get(owner) ?? []), provisioned]);
      }
      return [];
    });
    yield* forEach([...byFunction.keys()], (owner) => judge(owner, byFunction.get(owner)!));
  },
});

function* judge(owner: JudgedResource, provisioned: readonly JudgedResource[]): Generator<Outcome> {
  // AWS takes nothing, like -1, for no reservation.
  const reserved = owner.properties["reservedConcurrentExecutions"] ?? -1;
  if (reserved < 0) {
    return;
  }
  let total = 0;
  yield* forEach(provisioned, ({ properties }) => {
    total += properties["provisionedConcurrentExecutions"];
    return [];
  });
  if (total > reserved) {
    yield {
      resource: provisioned[0]!,
      message: `${owner.name} reserves ${reserved} concurrent executions and provisions ${total} (${provisioned.map(({ name }) => name).join(", ")}).`,
      fix: `reservedConcurrentExecutions: ${total}, // on ${owner.name}, or provision at most ${reserved}`,
    };
  }
}
