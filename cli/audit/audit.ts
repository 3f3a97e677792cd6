import { IAMClient } from "@aws-sdk/client-iam";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import { clientSettings, explainAwsError } from "../aws/clients";
import { accessKeyFindings } from "./access-keys";
import { authorizationDetails } from "./authorization-details";
import type { Finding, Limits } from "./finding";
import { fullAccessFindings } from "./full-access";
import { idleEndpointFindings, idleNotebookFindings } from "./idle";
import { leftBehindFindings } from "./left-behind";
import { publicBucketFindings } from "./public-buckets";
import { rootUserFindings } from "./root-user";
import { unusedRoleFindings } from "./unused-roles";

/** What an account was found to be like. */
export interface AuditReport {
  readonly account: string;
  /** Where endpoints and notebooks were looked for; IAM, functions and buckets are looked at everywhere. */
  readonly region: string;
  readonly findings: readonly Finding[];
  /** What could not be looked at, and why. */
  readonly notLookedAt: readonly string[];
}

/** Runs a part of the work under a title. */
type Step = (title: string, work: () => Promise<Finding[]>) => Promise<Finding[]>;

/** Looks at an account; what it may not look at is said, and the rest is looked at all the same. */
export async function auditAccount(
  limits: Limits,
  region: string = clientSettings().region,
  step: Step = (_title, work) => work(),
): Promise<AuditReport> {
  const settings = clientSettings(region);
  const { Account = "" } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
  const iam = new IAMClient(settings);
  const sageMaker = new SageMakerClient(settings);
  const asked = authorizationDetails(iam);
  // Each check that needs it reports its failure.
  asked.catch(() => undefined);
  const checks: Readonly<Record<string, () => Promise<Finding[]>>> = {
    "the root user": () => rootUserFindings(iam),
    "access keys": () => accessKeyFindings(iam, limits),
    "full access": async () => fullAccessFindings(await asked),
    "unused roles": async () => unusedRoleFindings(iam, await asked, limits),
    "what functions left behind": async () => leftBehindFindings(iam, await asked, region),
    endpoints: () => idleEndpointFindings(sageMaker, region, limits),
    notebooks: () => idleNotebookFindings(sageMaker, limits),
    buckets: () => publicBucketFindings(region),
  };
  const findings: Finding[] = [];
  const notLookedAt: string[] = [];
  for (const [what, check] of Object.entries(checks)) {
    try {
      findings.push(...(await step(`Looking at ${what}`, check)));
    } catch (error) {
      notLookedAt.push(`${what}: ${explainAwsError(error).message}`);
    }
  }
  return { account: Account, region, findings: withoutRepetition(findings), notLookedAt };
}

/** A role that a function left behind is unused as well: once is enough. */
function withoutRepetition(findings: readonly Finding[]): Finding[] {
  const left = new Set(
    findings.filter(({ check }) => check === "left-behind").map(({ resource }) => resource),
  );
  return findings.filter(({ check, resource }) => check !== "role-unused" || !left.has(resource));
}
