import { policy } from "../../iam/documents";
import { encryptMessages, useKeys } from "../../iam/key-use";
import { invokeEndpoint, sendMessages, sendTraces, writeLogs } from "../../iam/statements";
import { arn } from "../../location";
import { deadLetterQueueName, functionLogGroupName } from "../../names";
import { queueArn } from "./dead-letters";
import type { ClassifyFunctionArgs } from "./function-args";
import type { RolePermissions } from "../roles/service-role";

/** What a function may do: call its endpoint, write its logs and traces, and put failed calls into its queue. */
export function functionPermissions(name: string, args: ClassifyFunctionArgs): RolePermissions[] {
  const { location, functionName, keyToAllow, settings } = args;
  const logGroupArn = arn(location, "logs", `log-group:${functionLogGroupName(functionName)}`);
  const permissions: RolePermissions[] = [
    {
      resourceName: `${name}-invoke`,
      // Named after the endpoint: when that is replaced, the new permission is there before the old one goes, and
      // requests on their way to the old endpoint are still allowed.
      policyName: `invoke-${args.permissionName}`,
      policy: policy(invokeEndpoint(args.endpointArn)),
    },
    {
      resourceName: `${name}-logs`,
      policy: policy(writeLogs(logGroupArn), settings.tracing ? sendTraces() : []),
    },
  ];
  if (settings.deadLetters !== undefined) {
    const queue = queueArn(location, deadLetterQueueName(functionName));
    permissions.push({
      resourceName: `${name}-dead-letters`,
      policy: policy(sendMessages(queue), useKeys([keyToAllow], encryptMessages(location))),
    });
  }
  return permissions;
}
