import { whereKnown } from "../../outcomes";
import { defineRule, type Outcome } from "../../rule";
import { secretForm } from "./secrets";
import { FUNCTION } from "./types";

interface Config {
  allowedNames: string[];
}

export const environmentSecrets = defineRule<Config>({
  name: "environment-secrets",
  what: "No function has a secret in its environment variables.",
  why: "Everybody who may look at the function reads them, they stand in plain text in the state and in each version, and nothing rotates them.",
  howToFix: [
    "Keep the secret in Secrets Manager, or in an SSM parameter, and pass on where it is:",
    "",
    "```ts",
    "const secret = new aws.secretsmanager.Secret(name);",
    "new aws.lambda.Function(name, { environment: { variables: { API_KEY_SECRET_ARN: secret.arn } }, … });",
    "```",
    "",
    "AWS credentials come from the function's role and belong nowhere at all.",
  ].join("\n"),
  severity: "high",
  level: "mandatory",
  standards: { nist80053r5: ["IA-5", "IA-5(7)", "SC-12", "SC-28"] },
  config: {
    allowedNames: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Names of environment variables that look like secrets and are none.",
    },
  },
  resource: {
    types: [FUNCTION],
    *check(resource, { config }): Generator<Outcome> {
      const { name, properties } = resource;
      const environment = properties["environment"] as
        { variables?: Readonly<Record<string, unknown>> | null } | null | undefined;
      const variables = environment?.variables ?? {};
      for (const variable of Object.keys(variables)) {
        yield* whereKnown(function* (): Generator<Outcome> {
          const form = secretForm(variable, String(variables[variable]));
          if (form !== undefined && !config.allowedNames.includes(variable)) {
            yield {
              message: `The environment variable ${variable} of ${name} looks like a secret: ${form}.`,
              fix: `${variable}_SECRET_ARN: secret.arn, // instead of ${variable}`,
            };
          }
        }, resource);
      }
    },
  },
});
