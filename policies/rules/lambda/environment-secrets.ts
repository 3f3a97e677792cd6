import { whereKnown } from "../../outcomes";
import type { JudgedResource, Wire } from "../../resource";
import { defineRule, type Outcome } from "../../rule";
import { texts } from "../../settings";
import { MODEL } from "../sagemaker/types";
import { listOf } from "../values";
import { secretForm } from "./secrets";
import { FUNCTION } from "./types";

export const environmentSecrets = defineRule({
  name: "environment-secrets",
  what: "No function and no SageMaker model has a secret in its environment variables.",
  why: "Everybody who may look at the function or the model reads them, they stand in plain text in the state and in each version, and nothing rotates them.",
  howToFix:
    "Keep the secret in Secrets Manager, or in an SSM parameter, and pass on where it is. AWS credentials come from the function's role and belong nowhere at all.",
  example: [
    "const secret = new aws.secretsmanager.Secret(name);",
    "new aws.lambda.Function(name, { environment: { variables: { API_KEY_SECRET_ARN: secret.arn } }, … });",
  ],
  severity: "high",
  level: "mandatory",
  standards: { nist80053r5: "IA-5, IA-5(7), SC-12, SC-28" },
  config: {
    allowedNames: texts([], "Names of environment variables that look like secrets and are not."),
  },
  types: [FUNCTION, MODEL],
  *check(resource, { config }): Generator<Outcome> {
    for (const [path, variables] of environmentsOf(resource)) {
      for (const variable of Object.keys(variables() ?? {})) {
        yield* whereKnown(function* () {
          const form = resource.secrets.has(`${path}.${variable}`)
            ? "Pulumi holds its value as a secret"
            : secretForm(variable, String(variables()[variable]));
          if (form !== undefined && !config.allowedNames.includes(variable)) {
            yield {
              message: `The environment variable ${variable} of ${resource.name} looks like a secret: ${form}.`,
              fix: `${variable}_SECRET_ARN: secret.arn, // instead of ${variable}`,
            };
          }
        });
      }
    }
  },
});

/** The environments of a function or of a model's containers, each with its path. */
function environmentsOf({ type, properties }: JudgedResource): [path: string, () => Wire][] {
  return type === FUNCTION
    ? [["environment.variables", () => properties["environment"]?.variables]]
    : [
        ["primaryContainer.environment", () => properties["primaryContainer"]?.environment],
        ...Array.from(listOf(properties["containers"]).keys(), (index): [string, () => Wire] => [
          `containers[${index}].environment`,
          () => properties["containers"][index]?.environment,
        ]),
      ];
}
