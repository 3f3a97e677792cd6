import { UNKNOWN } from "../../iam/unknown";
import { forEach } from "../../outcomes";
import type { JudgedResource } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { FUNCTION } from "../lambda/types";
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
  *stack(stack): Generator<Outcome> {
    const groups = stack.ofType(LOG_GROUP);
    yield* forEach(stack.ofType(FUNCTION), function* (lambda) {
      const isComputedFrom = (lambda.propertyDependencies["loggingConfig"] ?? []).some(
        ({ type }) => type === LOG_GROUP,
      );
      if (isComputedFrom) {
        return;
      }
      const name = logGroupName(lambda);
      const names = groups.map((group) => group.known["name"]);
      if (names.includes(name)) {
        return;
      }
      if (name === undefined && groups.length > 0) {
        yield { unknown: "name" };
        return;
      }
      const unnamed = groups.find((group) => group.known["name"] === UNKNOWN);
      if (unnamed !== undefined) {
        yield { unknown: "name", resource: unnamed };
        return;
      }
      yield {
        message: `The log group of ${lambda.name} is not declared.`,
        fix: `new aws.cloudwatch.LogGroup(name, { name: "${name ?? "/aws/lambda/FUNCTION"}", retentionInDays: 30 });`,
      };
    });
  },
});

/** The name of the log group that a function writes to; undefined where the function's own name is not known yet. */
function logGroupName(lambda: JudgedResource): string | undefined {
  const logging = declared(lambda, "loggingConfig") as
    | { readonly logGroup?: string }
    | null
    | undefined;
  const { name } = lambda.known;
  return logging?.logGroup ?? (typeof name === "string" ? `/aws/lambda/${name}` : undefined);
}
