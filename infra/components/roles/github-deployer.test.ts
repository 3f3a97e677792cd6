import assert from "node:assert/strict";
import { record, type Recording } from "../../offline/recorder";
import { violationsOf } from "../../testing/request-violations";
import { allOf, only } from "../../testing/find";
import { GitHubDeployer, type GitHubDeployerArgs } from "./github-deployer";

const policies = {
  stack: {
    Version: "2012-10-17" as const,
    Statement: [{ Effect: "Allow" as const, Action: "s3:ListAllMyBuckets", Resource: "*" }],
  },
};

function build(args: Partial<GitHubDeployerArgs>): Promise<Recording<unknown>> {
  return record(
    () => new GitHubDeployer("deployer", { repository: "dogs/kennel", policies, ...args }),
  );
}

async function trustOf(args: Partial<GitHubDeployerArgs>): Promise<Record<string, unknown>> {
  const { inputs } = only(await build(args), "aws:iam/role:Role");
  return (inputs["assumeRolePolicy"] as { Statement: Record<string, unknown>[] }).Statement[0]!;
}

describe("GitHubDeployer", () => {
  it("trusts one environment of one repository, and no token that is meant for somebody else", async () => {
    const issuer = "token.actions.githubusercontent.com";
    assert.deepEqual(await trustOf({ environment: "prod" }), {
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${issuer}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: "sts.amazonaws.com",
          [`${issuer}:sub`]: "repo:dogs/kennel:environment:prod",
        },
      },
    });
  });

  it("causes requests that AWS takes", async () => {
    const { resources } = await build({ environment: "prod" });
    const requesting = resources.filter(({ type }) => type.startsWith("aws:"));
    assert.deepEqual(await violationsOf(requesting), []);
  });

  it("trusts one branch or one tag just as well", async () => {
    const subjectOf = async (args: Partial<GitHubDeployerArgs>): Promise<string> =>
      JSON.stringify((await trustOf(args))["Condition"]);
    assert.match(await subjectOf({ branch: "main" }), /repo:dogs\/kennel:ref:refs\/heads\/main"/);
    assert.match(await subjectOf({ tag: "v1" }), /repo:dogs\/kennel:ref:refs\/tags\/v1"/);
  });

  it("takes the account's identity provider where there is one", async () => {
    const providerArn =
      "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    const recording = await build({ branch: "main", providerArn });
    assert.equal(allOf(recording, "aws:iam/openIdConnectProvider:OpenIdConnectProvider").length, 0);
    assert.equal(allOf(recording, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").length, 1);
  });

  for (const [args, message] of [
    [{ branch: "*" }, /branch is "\*"/],
    [{ environment: "prod:ref" }, /without wildcards, colons/],
    [{ environment: "" }, /environment is ""/],
    [{ repository: "dogs/*", branch: "main" }, /repository is "dogs\/\*"/],
    [{ environment: "prod", branch: "main" }, /give one of environment and branch/],
    [{}, /give environment, branch or tag/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, async () => {
      await assert.rejects(build(args), message);
    });
  }
});
