import { setTimeout as pause } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { endpointLogGroupName } from "../names";
import { LiveAccountError, type LiveAccount, type EndpointState } from "./account";

/** While an endpoint is in one of these, SageMaker refuses to update it. */
const passing: ReadonlySet<string> = new Set([
  "Creating",
  "Updating",
  "SystemUpdating",
  "RollingBack",
  "Deleting",
]);

/** How to wait for an endpoint that is changing. */
export interface Patience {
  /** Milliseconds between two questions. */
  readonly interval: number;
  /** Milliseconds after which waiting ends with an error. */
  readonly limit: number;
}

const untilAnHour: Patience = { interval: 10_000, limit: 60 * 60_000 };

async function whenSettled(
  account: LiveAccount,
  name: string,
  { interval, limit }: Patience,
): Promise<EndpointState | undefined> {
  for (let waited = 0; ; waited += interval) {
    const endpoint = await account.endpoint(name);
    if (endpoint === undefined || !passing.has(endpoint.status)) {
      return endpoint;
    }
    if (waited >= limit) {
      throw new LiveAccountError(
        `The endpoint ${name} has been ${endpoint.status} for ${limit / 60_000} minutes, and SageMaker accepts no update until then. Wait until it is InService and run pulumi up again.`,
      );
    }
    if (waited === 0) {
      void pulumi.log.info(`Waiting while the endpoint ${name} is ${endpoint.status}`);
    }
    await pause(interval);
  }
}

/**
 * An endpoint as it is once it can be updated, or undefined where there is none.
 *
 * Scaling makes an endpoint Updating for minutes, several times an hour under load, and SageMaker refuses updates meanwhile.
 *
 * @param patience "none": takes it as it is at once, as a preview does
 * @throws LiveAccountError where it is Failed, which only a deletion ends, or stays busy
 */
export async function settledEndpoint(
  account: LiveAccount,
  name: string,
  patience: Patience | "none" = untilAnHour,
): Promise<EndpointState | undefined> {
  const endpoint = await (patience === "none"
    ? account.endpoint(name)
    : whenSettled(account, name, patience));
  if (endpoint?.status === "Failed") {
    const reason = endpoint.failureReason ?? "SageMaker does not say why";
    throw new LiveAccountError(
      `The endpoint ${name} is Failed: ${reason.replace(/\.$/, "")}. SageMaker can't update it any more, only delete it. ` +
        `Correct the cause (the containers' log is the log group ${endpointLogGroupName(name)}), then run:\n` +
        `  aws sagemaker delete-endpoint --endpoint-name ${name}\n` +
        `  aws sagemaker wait endpoint-deleted --endpoint-name ${name}\n` +
        "  pulumi up --refresh",
    );
  }
  return endpoint;
}
