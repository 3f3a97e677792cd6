import { unknownValue } from "../values";
import { asJson, sends, type Mappings } from "../request-mapping";

const service = "kms";
const deletion = "deletionWindowInDays";

/** Keys and their names. */
export const kmsMappings: Mappings = {
  "aws:kms/key:Key": {
    requests: [
      { service, operation: "CreateKey", leaves: [deletion], names: { policy: asJson("Policy") } },
      {
        service,
        operation: "ScheduleKeyDeletion",
        takes: [deletion],
        names: { [deletion]: "PendingWindowInDays" },
        adds: () => ({ KeyId: unknownValue }),
      },
    ],
    providerOnly: {
      enableKeyRotation: "whether the provider sends EnableKeyRotation, which takes the key alone",
    },
  },
  "aws:kms/alias:Alias": sends(service, "CreateAlias", { name: "AliasName" }),
};
