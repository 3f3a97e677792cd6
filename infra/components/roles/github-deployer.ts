import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy } from "../../iam/documents";
import { Refusal } from "../../refusal";

/** Arguments of {@link GitHubDeployer}: exactly one of `environment`, `branch` and `tag` says which jobs may deploy. */
export interface GitHubDeployerArgs {
  /**
   * Owner and name of the repository whose workflows deploy.
   * @example "dog-lovers/kennel"
   */
  readonly repository: string;
  /**
   * The GitHub environment that a job must be in: whoever approves the environment's jobs approves the deployment.
   * @default none
   */
  readonly environment?: string;
  /**
   * The branch that a job must run for.
   * @default none
   */
  readonly branch?: string;
  /**
   * The tag that a job must run for.
   * @default none
   */
  readonly tag?: string;
  /** What the role may do, by a name for each document: `kennel policy deployer` prints a stack's. */
  readonly policies: Readonly<Record<string, aws.iam.PolicyDocument>>;
  /**
   * The account's identity provider for GitHub; an account has one at most.
   * @default created
   */
  readonly providerArn?: pulumi.Input<string>;
}

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";
/** The longest that a deployment takes, in seconds. */
const SESSION_SECONDS = 3600;

/**
 * A role that one repository's GitHub Actions jobs take without a key: GitHub signs who a job is, and AWS checks it.
 *
 * The trust is exact: jobs of other repositories, branches or environments, and of pull requests, are refused.
 *
 * @example
 * ```ts
 * new GitHubDeployer("prod", { repository: "dog-lovers/kennel", environment: "prod", policies });
 * ```
 */
export class GitHubDeployer extends pulumi.ComponentResource {
  /** What the workflow names as `role-to-assume`. */
  readonly roleArn: pulumi.Output<string>;
  /** The account's identity provider for GitHub, for the next deployer's `providerArn`. */
  readonly providerArn: pulumi.Output<string>;

  /** @throws pulumi.RunError naming an argument that is wrong */
  constructor(name: string, args: GitHubDeployerArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:GitHubDeployer", name, {}, options);
    const subject = subjectOf(name, args);
    const child = { parent: this };
    this.providerArn = pulumi.output(
      args.providerArn ??
        new aws.iam.OpenIdConnectProvider(
          name,
          { url: `https://${ISSUER}`, clientIdLists: [AUDIENCE] },
          child,
        ).arn,
    );
    const role = new aws.iam.Role(
      name,
      {
        description: `Deploys from GitHub: ${subject}`,
        maxSessionDuration: SESSION_SECONDS,
        assumeRolePolicy: policy({
          Effect: "Allow",
          Principal: { Federated: this.providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: { [`${ISSUER}:aud`]: AUDIENCE, [`${ISSUER}:sub`]: subject },
          },
        }),
      },
      child,
    );
    for (const [policyName, document] of Object.entries(args.policies)) {
      const own = `${name}-${policyName}`;
      // A managed policy holds 6,144 characters of its own; all inline policies of a role share 10,240.
      const { arn } = new aws.iam.Policy(own, { policy: document }, child);
      new aws.iam.RolePolicyAttachment(own, { role: role.name, policyArn: arn }, child);
    }
    this.roleArn = role.arn;
    this.registerOutputs({ roleArn: this.roleArn, providerArn: this.providerArn });
  }
}

/** The `sub` that GitHub signs. Source: GitHub documentation, "OpenID Connect reference", example subject claims. */
function subjectOf(
  name: string,
  { repository, environment, branch, tag }: GitHubDeployerArgs,
): string {
  const refuse = (what: string): never => {
    throw new Refusal(`new GitHubDeployer(${JSON.stringify(name)}): ${what}`);
  };
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    refuse(
      `repository is ${JSON.stringify(repository)}. Allowed: an owner and a name, such as "dog-lovers/kennel".`,
    );
  }
  const given = Object.entries({ environment, branch, tag }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const [key, value] = given[0] ?? refuse("give environment, branch or tag: whose jobs deploy.");
  if (given.length > 1) {
    refuse(`give one of ${given.map(([each]) => each).join(" and ")}: a job's token names one.`);
  }
  // The token of a job in an environment names the environment and no branch; a colon would be another claim.
  if (value === "" || /[*?:\s]/.test(value)) {
    refuse(
      `${key} is ${JSON.stringify(value)}. Allowed: one name, without wildcards, colons and blanks.`,
    );
  }
  const claims = { environment: "environment:", branch: "ref:refs/heads/", tag: "ref:refs/tags/" };
  return `repo:${repository}:${claims[key as keyof typeof claims]}${value}`;
}
