import { writeFileSync } from "node:fs";
import path from "node:path";

import { REPOSITORY } from "../repository";
import { evaluateStack } from "./deployer";
import { exampleStack } from "./example";
import {
  type DeployerPolicy,
  deployerPolicies,
  policyLimit,
  sizeOf,
  verbPolicies,
} from "./policies";
import { actionsOfVerb, type Verb, VERBS } from "./verbs";

/** The page that shows the policies of the example stack. */
export const page = path.join(REPOSITORY, "docs", "deployer-policy.md");

/** The account number that AWS's own documentation uses in examples. */
const account = "111122223333";

const purposes: Readonly<Record<string, string>> = {
  data: "data bucket, image repositories, KMS keys",
  roles: "roles under the stack's path, and passing them",
  serving: "models, endpoints, notebook, functions, APIs, queues, scaling",
  monitoring: "alarms, dashboard, logs, topic, budget",
  compute: "the EC2 trainer, security groups",
};

/** What {@link page} must contain now. */
export async function deployerPage(): Promise<string> {
  const { resources, facts } = await evaluateStack(exampleStack, account);
  const policies = await deployerPolicies(resources, facts);
  const verbs = Object.keys(VERBS) as Verb[];
  const ofVerbs = verbPolicies(verbs, resources, facts);
  const rows = policies.map(
    ({ name, document }) =>
      `| ${name} | ${purposes[name.replace(/-\d+$/, "")]!} | ${sizeOf(document)} |`,
  );
  return `# What whoever deploys must be allowed

These policies allow \`pulumi preview\`, \`up\`, \`refresh\` and \`destroy\` of one stack, and nothing else. Yours are printed by

\`\`\`sh
npx kennel policy deployer --stack prod --account ${account} --json > policies.json
jq -c .data policies.json > data.json
aws iam create-policy --policy-name kennel-prod-data --policy-document file://data.json
\`\`\`

and those below are of a stack \`prod\` with one of everything. They follow from the requests that the program causes
(\`infra/offline/service-models/mappings/\`) and from what the AWS provider reads, changes and deletes (\`cli/deployer/\`).
Make the page again with \`npx ts-node cli/deployer/generate.ts\`.

- A resource is named by the stack's names; where the provider makes a name, by the beginning of it, such as \`main-*\`. What has an id only (EC2, KMS
  keys) is told by the tag \`Stack\`, which the program gives to everything. An HTTP API has neither: \`/apis/*\` is every API of the region.
- What the stack leaves behind on a destroy (models, endpoint configurations; in prod bucket, key and repositories, with what protects them), it can't delete.
- Roles can be created and passed under the path \`/kennel/prod/\` only, to the services that use them. Whoever can write a role's policy can give
  itself what that role may do: let an administrator attach these policies to a pipeline's role, or set a permissions boundary in your organization.
- Another endpoint, function or role of your own needs the policies printed and attached again first; another model or setting does not.
- IAM counts at most ${policyLimit.toLocaleString("en")} characters a managed policy, and a role takes ten.
- Not in it: the bucket of Pulumi's own state, what the verbs of \`kennel\` need ([below](#verbs)), and the cleaning up by hand in teardown.md.

Nothing here has met real AWS: actions, resources and condition keys are checked against the Service Authorization Reference, what the provider
calls is as its documentation and the API say. Where a deployment is refused an action, add it and open an issue.

| policy | for | characters |
| --- | --- | --- |
${rows.join("\n")}
${policies.map(renderPolicy).join("")}
## Verbs

Whoever trains, promotes, invokes and looks after a stack needs other permissions, on what has the stack's names:

\`\`\`sh
npx kennel policy deployer --stack prod --account ${account} --verb invoke batch status
\`\`\`

All of them also read the stack's outputs, which are in Pulumi's state. \`promote\` and \`rollback\` update the stack, for which the policies above are;
\`batch\` reads the photos, wherever they are; \`audit --remove\` needs the permission to remove what it names.

| verb | actions |
| --- | --- |
${verbs.map((verb) => `| \`${verb}\` | ${[...new Set(actionsOfVerb(verb))].sort().join(", ")} |`).join("\n")}

These are the policies of all of them:
${ofVerbs.map(renderPolicy).join("")}`;
}

function renderPolicy({ name, document }: DeployerPolicy): string {
  return `\n## ${name}\n\n\`\`\`json\n${JSON.stringify(document, null, 2)}\n\`\`\`\n`;
}

if (require.main === module) {
  void deployerPage().then((text) => {
    writeFileSync(page, text);
  });
}
