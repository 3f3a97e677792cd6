import { defineRule, type Outcome } from "../../rule";
import { TARGET } from "./scaling";

export const scalingBounds = defineRule({
  name: "scaling-bounds",
  what: "A scaling target's minCapacity is not above its maxCapacity.",
  why: "AWS refuses it in the middle of the deployment.",
  example: "new aws.appautoscaling.Target(name, { minCapacity: 1, maxCapacity: 4, … });",
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CP-2(2)" },
  types: [TARGET],
  *check({ name, properties }): Generator<Outcome> {
    const { minCapacity, maxCapacity } = properties;
    if (minCapacity > maxCapacity) {
      yield {
        message: `${name} scales between ${minCapacity} and ${maxCapacity}: the minimum is above the maximum.`,
        fix: `minCapacity: ${maxCapacity}, maxCapacity: ${minCapacity},`,
      };
    }
  },
});
