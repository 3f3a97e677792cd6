import { defineRule, type Outcome } from "../../rule";
import { FUNCTION_URL, PERMISSION } from "./types";

export const functionUrlAuth = defineRule({
  name: "function-url-auth",
  what: "Whoever calls a function by its URL has an AWS identity.",
  why: "Without it everybody who finds the address runs the function, and whatever it calls, at your cost.",
  howToFix:
    "Give each caller a role, as below; for the public, put an API Gateway or CloudFront with a rate limit in front of it.",
  example: [
    'new aws.lambda.FunctionUrl(name, { authorizationType: "AWS_IAM", … });',
    'new aws.lambda.Permission(name, { action: "lambda:InvokeFunctionUrl", functionUrlAuthType: "AWS_IAM", principal: role.arn, … });',
  ],
  severity: "critical",
  level: "mandatory",
  standards: {
    nist80053r5: "AC-3, AC-6, AC-14, SC-7",
    securityHub: "Lambda.1",
  },
  types: [FUNCTION_URL, PERMISSION],
  *check({ type, name, properties }): Generator<Outcome> {
    const property = type === FUNCTION_URL ? "authorizationType" : "functionUrlAuthType";
    if (properties[property] === "NONE") {
      yield {
        message:
          type === FUNCTION_URL
            ? `Anybody can call the URL ${name}: its authorizationType is NONE.`
            : `${name} permits calls of a function's URL without an AWS identity (functionUrlAuthType NONE).`,
        fix: `${property}: "AWS_IAM",`,
      };
    }
  },
});
