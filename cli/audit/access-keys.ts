import {
  type AccessKeyMetadata,
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  paginateListAccessKeys,
  paginateListUsers,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";

import { daysSince, type Finding, isOlder, type Limits } from "./finding";

/** Active access keys of users that nobody has used for so long. */
export async function accessKeyFindings(
  iam: IAMClient,
  { unusedDays, now }: Limits,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { UserName, AccessKeyId, CreateDate } of activeKeys(iam)) {
    const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    const lastUsed = AccessKeyLastUsed?.LastUsedDate;
    if (isOlder(lastUsed ?? CreateDate, unusedDays, now)) {
      findings.push({
        check: "access-key-unused",
        resource: `${UserName}: ${AccessKeyId}`,
        owner: null,
        message: lastUsed === undefined ? "never used" : `last used ${daysSince(lastUsed, now)}`,
        removal: {
          // It can be made active again, which a deleted one can't.
          what: `make the access key ${AccessKeyId} of ${UserName} inactive`,
          run: () =>
            iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" })),
        },
      });
    }
  }
  return findings;
}

async function* activeKeys(client: IAMClient): AsyncGenerator<AccessKeyMetadata> {
  for await (const { Users = [] } of paginateListUsers({ client }, {})) {
    for (const { UserName } of Users) {
      for await (const page of paginateListAccessKeys({ client }, { UserName })) {
        yield* (page.AccessKeyMetadata ?? []).filter(({ Status }) => Status === "Active");
      }
    }
  }
}
