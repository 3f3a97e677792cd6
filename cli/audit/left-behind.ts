import {
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  type IAMClient,
  ListPolicyTagsCommand,
  type ManagedPolicyDetail,
  type RoleDetail,
} from "@aws-sdk/client-iam";
import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";

import { partitionOf } from "../../packages/aws-facts/partitions";
import { pricedRegions } from "../../packages/aws-facts/prices";
import { readDocument } from "../../policies/iam/document";
import { clientSettings } from "../aws/clients";
import type { AuthorizationDetails } from "./authorization-details";
import { deleteRole } from "./delete-role";
import { type Finding, type Removal, unlessOwned } from "./finding";
import { ownerOf } from "./owner";

const LAMBDA = "lambda.amazonaws.com";

/**
 * What deleted functions have left: roles that only Lambda may assume and no function has, and policies of the account's own
 * that are attached to nobody. Functions of every region count, since roles have none.
 */
export async function leftBehindFindings(
  iam: IAMClient,
  { roles, policies }: AuthorizationDetails,
  region: string,
): Promise<Finding[]> {
  const used = await rolesOfFunctions(region);
  const left = roles.filter((role) => isForLambdaAlone(role) && !used.has(role.Arn!));
  const unattached = policies.filter(
    ({ Arn, AttachmentCount, PermissionsBoundaryUsageCount }) =>
      Arn?.includes(":iam::aws:") === false &&
      (AttachmentCount ?? 0) === 0 &&
      (PermissionsBoundaryUsageCount ?? 0) === 0,
  );
  return [
    ...left.map((role): Finding => {
      const owner = ownerOf(role.Tags);
      return {
        check: "left-behind",
        resource: role.RoleName!,
        owner,
        message: "only Lambda may assume it, and no function of the account has it",
        ...unlessOwned(owner, deleteRole(iam, role)),
      };
    }),
    ...(await Promise.all(unattached.map((policy) => unattachedPolicy(iam, policy)))),
  ];
}

async function unattachedPolicy(iam: IAMClient, policy: ManagedPolicyDetail): Promise<Finding> {
  const { Tags } = await iam.send(new ListPolicyTagsCommand({ PolicyArn: policy.Arn }));
  const owner = ownerOf(Tags);
  return {
    check: "left-behind",
    resource: nameOf(policy),
    owner,
    message: "a policy that is attached to nobody",
    ...unlessOwned(owner, deletePolicy(iam, policy)),
  };
}

function deletePolicy(iam: IAMClient, policy: ManagedPolicyDetail): Removal {
  const PolicyArn = policy.Arn;
  return {
    what: `delete the policy ${nameOf(policy)}`,
    run: async () => {
      for (const { VersionId, IsDefaultVersion } of policy.PolicyVersionList ?? []) {
        if (IsDefaultVersion !== true) {
          await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
        }
      }
      await iam.send(new DeletePolicyCommand({ PolicyArn }));
    },
  };
}

/** The end of its ARN, behind its path. */
function nameOf({ Arn }: ManagedPolicyDetail): string {
  return Arn!.split("/").at(-1)!;
}

function isForLambdaAlone({ AssumeRolePolicyDocument }: RoleDetail): boolean {
  const { statements } = readDocument(decodeURIComponent(AssumeRolePolicyDocument ?? ""));
  const principals = statements.flatMap(({ principals: each }) => each?.of ?? []);
  return principals.length > 0 && principals.every(({ value }) => value === LAMBDA);
}

/** Errors of a region that the account has not enabled: it can have no function there. */
const NOT_ENABLED = /^(UnrecognizedClientException|InvalidClientTokenId|AuthFailure)$/;

async function rolesOfFunctions(home: string): Promise<Set<string>> {
  const used = new Set<string>();
  const partition = partitionOf(home);
  const others = pricedRegions("hosting").filter((region) => partitionOf(region) === partition);
  const lists = [...new Set([home, ...others])].map(async (region) => {
    try {
      const client = new LambdaClient(clientSettings(region));
      for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
        Functions.forEach(({ Role }) => used.add(Role!));
      }
    } catch (error) {
      if (region === home || !NOT_ENABLED.test((error as Error).name)) {
        throw error;
      }
    }
  });
  await Promise.all(lists);
  return used;
}
