import { UNKNOWN } from "../../iam/unknown";
import { defineRule, type Outcome } from "../../rule";
import { FUNCTION } from "../lambda/types";
import { dependsOn } from "../references";
import { declared } from "../values";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

export const functionLogGroup = defineRule({
  name: "function-log-group",
  what: "The log group of every function is declared beside it.",
  why: "Otherwise Lambda makes one at the first call: it is kept for ever, has no tags, and stays behind when the stack is deleted.",
  example: [
    "const logGroup = new aws.cloudwatch.LogGroup(name, { name: `/aws/lambda/${functionName}`, retentionInDays: 30 });",
    'new aws.lambda.Function(name, { …, name: functionName, loggingConfig: { logFormat: "JSON", logGroup: logGroup.name } });',
  ],
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "AU-11, SI-12", securityHub: "CloudWatch.16" },
  types: [FUNCTION],
  *inStack(lambda, stack): Generator<Outcome> {
    const groups = stack.ofType(LOG_GROUP);
    if (groups.some((group) => dependsOn(lambda, "loggingConfig", group))) {
      return;
    }
    // Undefined where the function's own name is not known yet.
    const name =
      declared(lambda, "loggingConfig")?.logGroup ??
      (typeof lambda.known["name"] === "string"
        ? `/aws/lambda/${lambda.known["name"]}`
        : undefined);
    if (groups.some(({ known }) => known["name"] === name)) {
      return;
    }
    const unnamed = groups.find(({ known }) => known["name"] === UNKNOWN);
    if (name === undefined && groups.length > 0) {
      yield { unknown: "name" };
    } else if (unnamed !== undefined) {
      yield { unknown: "name", resource: unnamed };
    } else {
      yield {
        message: `The log group of ${lambda.name} is not declared.`,
        fix: `new aws.cloudwatch.LogGroup(name, { name: "${name ?? "/aws/lambda/FUNCTION"}", retentionInDays: 30 });`,
      };
    }
  },
});
