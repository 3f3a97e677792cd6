import { CUSTOMER_POLICY } from "../../documents";
import { UNKNOWN } from "../../iam/unknown";
import { forEach } from "../../outcomes";
import type { JudgedResource, JudgedStack, Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { functionName, functionOf } from "../lambda/functions";
import { FUNCTION, PERMISSION } from "../lambda/types";
import { dependsOn } from "../references";
import { usage } from "./role-usage";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const FUNCTION_LOGS = "/aws/lambda/";

export const leftBehind = defineRule({
  name: "left-behind",
  what: "No policy, permission or log group is left of a function that is gone.",
  why: "What a removed function leaves keeps its access, costs a little for ever, and applies at once to the next function of that name.",
  howToFix:
    "Delete it. What belongs to a function of another stack belongs into that stack; otherwise take the name from the function:",
  example: [
    "new aws.lambda.Permission(name, { function: lambda.name, … });",
    "new aws.cloudwatch.LogGroup(name, { name: `/aws/lambda/${functionName}`, … });",
  ],
  severity: "low",
  level: "advisory",
  standards: { nist80053r5: "AC-2(3), AC-6(7), CM-8" },
  *stack(stack): Generator<Outcome> {
    yield* forEach(stack.ofType(CUSTOMER_POLICY), (policy) => customerPolicy(policy, stack));
    yield* forEach(stack.ofType(PERMISSION), (each) => permission(each, stack));
    yield* forEach(stack.ofType(LOG_GROUP), (logGroup) => functionLogs(logGroup, stack));
  },
});

function* customerPolicy(policy: JudgedResource, stack: JudgedStack): Generator<Outcome> {
  const { used, doubt } = usage(policy, stack);
  if (used) {
    return;
  }
  yield doubt === undefined
    ? {
        message: `The policy ${policy.name} is attached to nothing in the stack.`,
        fix: "Delete it, or export its ARN where something else attaches it.",
      }
    : { resource: doubt.resource, unknown: doubt.property };
}

function* permission(resource: JudgedResource, stack: JudgedStack): Generator<Outcome> {
  if (functionOf(resource, "function", stack) !== undefined) {
    return;
  }
  const name = functionName(resource.properties["function"]);
  if (!(yield* anyFunctionIsUnknown(stack))) {
    yield {
      message: `${resource.name} permits calls of the function ${name}, which is not in this stack.`,
      fix: "Delete it, or: function: lambda.name,",
    };
  }
}

function* functionLogs(logGroup: JudgedResource, stack: JudgedStack): Generator<Outcome> {
  const { name } = logGroup.properties;
  if (!name?.startsWith(FUNCTION_LOGS)) {
    return;
  }
  const functions = stack.ofType(FUNCTION);
  const isUsed = functions.some(
    (each) =>
      each.known["name"] === name.slice(FUNCTION_LOGS.length) ||
      dependsOn(each, "loggingConfig", logGroup) ||
      (each.known["loggingConfig"] as Wire)?.logGroup === name,
  );
  if (!isUsed && !(yield* anyFunctionIsUnknown(stack))) {
    yield {
      message: `The log group ${name} belongs to a function that is not in this stack.`,
      fix: "Delete it once its logs are of no use.",
    };
  }
}

/** Names the functions whose names a preview doesn't know yet: each could be the one that is missing. */
function* anyFunctionIsUnknown(stack: JudgedStack): Generator<Outcome, boolean> {
  const unknown = stack.ofType(FUNCTION).filter(({ known }) => known["name"] === UNKNOWN);
  for (const resource of unknown) {
    yield { resource, unknown: "name" };
  }
  return unknown.length > 0;
}
