import {
  GetAccessKeyLastUsedCommand,
  type IAMClient,
  paginateListAccessKeys,
  paginateListUsers,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";

import { daysSince, type Finding, isOlder, type Limits } from "./finding";

/** Active access keys of users that nobody has used for so long. */
export async function accessKeyFindings(iam: IAMClient, limits: Limits): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { Users = [] } of paginateListUsers({ client: iam }, {})) {
    for (const { UserName } of Users) {
      for await (const page of paginateListAccessKeys({ client: iam }, { UserName })) {
        for (const { AccessKeyId, CreateDate, Status } of page.AccessKeyMetadata ?? []) {
          if (Status === "Active") {
            const { AccessKeyLastUsed } = await iam.send(
              new GetAccessKeyLastUsedCommand({ AccessKeyId }),
            );
            const lastUsed = AccessKeyLastUsed?.LastUsedDate;
            if (isOlder(lastUsed ?? CreateDate, limits.unusedDays, limits.now)) {
              findings.push(unused(iam, UserName!, AccessKeyId!, lastUsed, limits.now));
            }
          }
        }
      }
    }
  }
  return findings;
}

function unused(
  iam: IAMClient,
  user: string,
  key: string,
  lastUsed: Date | undefined,
  now: Date,
): Finding {
  return {
    check: "access-key-unused",
    resource: `${user}: ${key}`,
    owner: null,
    message: lastUsed === undefined ? "never used" : `last used ${daysSince(lastUsed, now)}`,
    removal: {
      // It can be made active again, which a deleted one can't.
      what: `make the access key ${key} of ${user} inactive`,
      run: async () => {
        await iam.send(
          new UpdateAccessKeyCommand({ UserName: user, AccessKeyId: key, Status: "Inactive" }),
        );
      },
    },
  };
}
