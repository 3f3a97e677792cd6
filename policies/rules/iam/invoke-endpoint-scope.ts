import { identityDocuments, IDENTITY_POLICY_TYPES } from "../../documents";
import { explainInvokeGrant } from "../../iam/explain";
import { INVOKE_SCOPES, invokeGrants, type InvokeScope } from "../../iam/invoke-scope";
import { defineRule, type Outcome } from "../../rule";

interface Config {
  widest: InvokeScope;
}

const FIX = `Name the endpoint:
{ "Effect": "Allow", "Action": "sagemaker:InvokeEndpoint", "Resource": "arn:aws:sagemaker:REGION:ACCOUNT:endpoint/NAME" }`;

export const invokeEndpointScope = defineRule<Config>({
  name: "invoke-endpoint-scope",
  what: "A permission to invoke SageMaker endpoints names the endpoints it is for.",
  why: "A function that may invoke every endpoint leaks every model of the account when it is taken over, and its bill can be run up on any of them.",
  howToFix: FIX,
  severity: "high",
  level: "mandatory",
  standards: { nist80053r5: ["AC-3", "AC-6"], cisAws5: ["1.15"], securityHub: ["IAM.21"] },
  config: {
    widest: {
      type: "string",
      enum: [...INVOKE_SCOPES],
      default: "prefix",
      description:
        "The widest scope that is allowed: none, exact, same-name, variable, prefix or unscoped.",
    },
  },
  resource: {
    types: IDENTITY_POLICY_TYPES,
    *check(resource, { config }): Generator<Outcome> {
      const widest = INVOKE_SCOPES.indexOf(config.widest);
      for (const { path, document, unknown: unknowns } of identityDocuments(resource)) {
        for (const grant of invokeGrants(document.statements)) {
          if (INVOKE_SCOPES.indexOf(grant.scope) > widest) {
            yield { message: `${path}: ${explainInvokeGrant(grant)}.`, fix: FIX };
          }
        }
        for (const unknown of unknowns) {
          yield { unknown };
        }
      }
    },
  },
});
