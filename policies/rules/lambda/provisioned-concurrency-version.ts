import { forEach } from "../../outcomes";
import type { JudgedResource, JudgedStack } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { dependsOn } from "../references";
import { functionOf } from "./functions";
import { ALIAS, PROVISIONED_CONCURRENCY } from "./types";

const LATEST = "$LATEST";
const FIX = [
  "const lambda = new aws.lambda.Function(name, { publish: true, … });",
  'const live = new aws.lambda.Alias(name, { name: "live", functionName: lambda.name, functionVersion: lambda.version });',
  "new aws.lambda.ProvisionedConcurrencyConfig(name, { functionName: lambda.name, qualifier: live.name, … });",
].join("\n");

export const provisionedConcurrencyVersion = defineRule({
  name: "provisioned-concurrency-version",
  what: "Provisioned concurrency belongs to a published version, or an alias of one, never to $LATEST.",
  why: "AWS refuses it in the middle of the deployment: only a version that can't change any more can be kept warm.",
  example: FIX,
  severity: "medium",
  level: "mandatory",
  standards: { nist80053r5: "CM-2" },
  types: [PROVISIONED_CONCURRENCY],
  *inStack(provisioned, stack): Generator<Outcome> {
    const alias = aliasOf(provisioned, stack);
    if (alias !== undefined) {
      yield* forEach([alias], function* ({ properties }): Generator<Outcome> {
        if (properties["functionVersion"] === LATEST) {
          yield {
            resource: provisioned,
            message: `${provisioned.name} provisions the alias ${alias.name}, which points to $LATEST.`,
            fix: FIX,
          };
        }
      });
    } else if (provisioned.properties["qualifier"] === LATEST) {
      yield { message: `${provisioned.name} provisions $LATEST.`, fix: FIX };
    }
  },
});

/** The alias of the same function that the qualifier names. */
function aliasOf(provisioned: JudgedResource, stack: JudgedStack): JudgedResource | undefined {
  const { qualifier, functionName } = provisioned.known;
  const owner = functionOf(provisioned, "functionName", stack);
  return stack
    .ofType(ALIAS)
    .find(
      (alias) =>
        dependsOn(provisioned, "qualifier", alias) ||
        (alias.known["name"] === qualifier &&
          (functionOf(alias, "functionName", stack) === owner ||
            alias.known["functionName"] === functionName)),
    );
}
