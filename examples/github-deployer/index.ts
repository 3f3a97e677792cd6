import { readFileSync } from "node:fs";
import path from "node:path";

import { GitHubDeployer, type GitHubDeployerArgs } from "@kennel/components";
import * as pulumi from "@pulumi/pulumi";

// What the stack's deployment needs: `kennel policy deployer --stack prod --account 123456789012 --json > policies.json`.
const policies = JSON.parse(
  readFileSync(path.join(__dirname, "policies.json"), "utf8"),
) as GitHubDeployerArgs["policies"];
const repository = new pulumi.Config().require("repository");

// Jobs in the environment "prod", which somebody has to approve, and no others.
const deployer = new GitHubDeployer("prod", { repository, environment: "prod", policies });

export const roleArn = deployer.roleArn;
