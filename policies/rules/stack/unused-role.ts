import { ROLE } from "../../documents";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { texts } from "../../settings";
import { usageOfRole } from "./role-usage";

export const unusedRole = defineRule({
  name: "unused-role",
  what: "Every role for an AWS service is used by something in the stack.",
  why: "A role that lost its function keeps its permissions: whoever may pass roles can put it to work again.",
  howToFix:
    "Delete the role together with its policies. Where something outside the stack works with it, such as jobs that are started by hand, export it: a role among the stack's outputs counts as used.",
  example: "export const trainingRoleArn = role.arn;",
  severity: "medium",
  level: "advisory",
  standards: { nist80053r5: "AC-2(3), AC-6, AC-6(7)" },
  config: {
    usedElsewhere: texts(
      [],
      "Names, in the program or in IAM, of roles that something outside the stack uses.",
    ),
  },
  types: [ROLE],
  *inStack(role, stack, { config }): Generator<Outcome> {
    if (
      [role.name, role.known["name"]].some((name) => config.usedElsewhere.includes(String(name)))
    ) {
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
  },
});

/** Whether only AWS services may assume a role: one for people or other accounts is used from outside the stack. */
function isForServices(role: JudgedResource): boolean {
  // Touches it, so that an unknown trust policy is named.
  const trust = role.properties["assumeRolePolicy"];
  const text = typeof trust === "string" ? trust : JSON.stringify(trust ?? {});
  return !/"(AWS|Federated|CanonicalUser)"\s*:|"Principal"\s*:\s*"\*"/.test(text);
}

function identifier(name: string): string {
  return name.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
}
