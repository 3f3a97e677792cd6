import { documentRule, judgeDocuments, judgeHoldings } from "../../document-check";
import { identityDocuments, IDENTITY_TYPES } from "../../documents";
import { INVOKE_SCOPES, type InvokeScope } from "../../iam/invoke";
import { defineRule } from "../../rule";

interface Config {
  widest: InvokeScope;
}

export const invokeEndpointScope = defineRule<Config>({
  ...documentRule("invoke-endpoint-scope"),
  what: "A permission to invoke SageMaker endpoints names the endpoints it is for.",
  why: "A function that may invoke every endpoint hands out every model of the account when it is taken over, and can run up the bill on any of them.",
  howToFix: [
    "Name the endpoint:",
    "",
    "```json",
    '{ "Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }',
    "```",
  ].join("\n"),
  standards: { nist80053r5: ["AC-3", "AC-6"], securityHub: ["IAM.21"] },
  config: {
    widest: {
      type: "string",
      enum: [...INVOKE_SCOPES],
      default: "prefix",
      description:
        "The widest scope that is allowed: none, exact (one endpoint), same-name (in several regions or accounts), variable, prefix or unscoped.",
    },
  },
  resource: {
    types: IDENTITY_TYPES,
    check: (resource, { config, endpointArn }) =>
      judgeDocuments("invoke-endpoint-scope", identityDocuments(resource), {
        widestInvokeScope: config.widest,
        endpointArn,
      }),
  },
  stack: (stack, { config, endpointArn }) =>
    judgeHoldings("invoke-endpoint-scope", stack, {
      widestInvokeScope: config.widest,
      endpointArn,
    }),
});
