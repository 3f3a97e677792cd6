import { GetAccountSummaryCommand, type IAMClient } from "@aws-sdk/client-iam";

import type { Finding } from "./finding";

/** The root user: without MFA, or with access keys. Source: IAM User Guide, "Root user best practices" */
export async function rootUserFindings(iam: IAMClient): Promise<Finding[]> {
  const { SummaryMap = {} } = await iam.send(new GetAccountSummaryCommand({}));
  const messages = [
    ...(SummaryMap["AccountMFAEnabled"] === 1
      ? []
      : ["it has no MFA device: sign in as root, Security credentials, Assign MFA device"]),
    ...((SummaryMap["AccountAccessKeysPresent"] ?? 0) === 0
      ? []
      : ["it has access keys: sign in as root, Security credentials, delete them"]),
  ];
  return messages.map((message) => ({
    check: "root-user",
    resource: "root user",
    owner: null,
    message,
  }));
}
