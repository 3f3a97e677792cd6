import { documentRule } from "../../document-check";
import { choice } from "../../settings";
import { INVOKE_SCOPES } from "../../iam/invoke";

export const invokeEndpointScope = documentRule({
  name: "invoke-endpoint-scope",
  documents: "identity",
  together: true,
  what: "A permission to invoke SageMaker endpoints names the endpoints it is for.",
  why: "A function that may invoke every endpoint hands out every model of the account when it is taken over, and can run up the bill on any of them.",
  howToFix: "Name the endpoint:",
  example:
    '{ "Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }',
  standards: { nist80053r5: "AC-3, AC-6", securityHub: "IAM.21" },
  config: {
    widest: choice(
      INVOKE_SCOPES,
      "prefix",
      "The widest scope that is allowed: none, exact (one endpoint), same-name (in several regions or accounts), variable, prefix or unscoped.",
    ),
  },
});
