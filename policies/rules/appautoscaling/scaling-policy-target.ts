import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { dependsOn } from "../references";
import { POLICY, TARGET } from "./scaling";

const FIX = [
  "serviceNamespace: target.serviceNamespace,",
  "scalableDimension: target.scalableDimension,",
  "resourceId: target.resourceId,",
].join("\n");

const KEYS = ["serviceNamespace", "scalableDimension", "resourceId"] as const;

export const scalingPolicyTarget = defineRule({
  name: "scaling-policy-target",
  what: "Every scaling policy has its scaling target in the stack.",
  why: "Without a registered target AWS refuses the policy; with one that somebody else registered, it stops scaling when they remove it.",
  howToFix: "Take all three properties from the target: then Pulumi also creates it first.",
  example: `new aws.appautoscaling.Policy(name, {\n${FIX}\n…\n});`,
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CP-2(2)" },
  types: [POLICY],
  *inStack(policy, stack): Generator<Outcome> {
    const targets = stack.ofType(TARGET);
    if (
      targets.some((target) => dependsOn(policy, "resourceId", target) || isSame(policy, target))
    ) {
      return;
    }
    const doubtful = targets.find(({ known }) => KEYS.some((key) => known[key] === UNKNOWN));
    if (doubtful !== undefined) {
      yield { resource: doubtful, unknown: KEYS.find((key) => doubtful.known[key] === UNKNOWN)! };
      return;
    }
    // Throws where the policy itself is not known yet, and the framework names that value.
    const [service, dimension, id] = KEYS.map((key) => policy.properties[key] as string);
    yield {
      message: `${policy.name} scales ${service}'s ${id} (${dimension}), but the stack has no scaling target for that.`,
      fix: FIX,
    };
  },
});

/** By value; an id that neither of both knows yet is the same where both were computed from the same resource. */
function isSame(policy: JudgedResource, target: JudgedResource): boolean {
  return KEYS.every((key) => {
    const [mine, its] = [policy.known[key], target.known[key]];
    return mine === UNKNOWN && its === UNKNOWN ? haveSameSource(policy, target, key) : mine === its;
  });
}

function haveSameSource(policy: JudgedResource, target: JudgedResource, key: string): boolean {
  return (target.propertyDependencies[key] ?? []).some((source) => dependsOn(policy, key, source));
}
