import { forEach } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import {
  isForServices,
  isUsedElsewhere,
  ROLE,
  usageOfRole,
  type UsedElsewhere,
  usedElsewhere,
} from "./role-usage";

export const unusedRole = defineRule<UsedElsewhere>({
  name: "unused-role",
  what: "Every role for an AWS service is used by something in the stack.",
  why: "A role that lost its function keeps its permissions: whoever may pass roles can put it to work again.",
  howToFix:
    "Delete the role together with its policies. Where something outside the stack works with it, such as jobs that are started by hand, export it: a role among the stack's outputs counts as used.",
  example: "export const trainingRoleArn = role.arn;",
  severity: "medium",
  level: "advisory",
  standards: { nist80053r5: "AC-2(3), AC-6, AC-6(7)" },
  config: { usedElsewhere },
  stack: (stack, { config }) => forEach(stack.ofType(ROLE), (role) => judge(role, stack, config)),
});

function* judge(
  role: JudgedResource,
  stack: JudgedStack,
  config: Readonly<UsedElsewhere>,
): Generator<Outcome> {
  if (isUsedElsewhere(role, config)) {
    return;
  }
  const { used, doubt } = usageOfRole(role, stack);
  if (used || !isForServices(role)) {
    return;
  }
  yield doubt === undefined
    ? {
        message: `Nothing in the stack uses the role ${role.name}.`,
        fix: `Delete it and what is attached to it, or export it: export const ${identifier(role.name)}RoleArn = role.arn;`,
      }
    : { resource: doubt.resource, unknown: doubt.property };
}

function identifier(name: string): string {
  return name.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
