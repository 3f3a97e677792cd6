import { paginateListEndpointConfigs, UpdateEndpointCommand } from "@aws-sdk/client-sagemaker";

import { inAlarm } from "../../infra/live/describe";
import { step } from "../output/progress";
import type { Stack } from "../stack/stack";
import type { LiveEndpoint } from "./live-endpoint";
import { showLine } from "./roll-out";

/**
 * Goes back to a model that an endpoint has served: at once where its endpoint configuration is still there, else by an update
 * of the stack, whose configuration names it. Where it was moved, the stack is updated once no alarm rings, because SageMaker
 * would undo any update until then.
 *
 * @param endpoint - its key in the configuration
 * @param served - the model that it serves now
 * @param isStopped - whether the stack is not to be updated any more
 * @returns names of the alarms because of which the stack is not updated yet
 */
export async function goBack(
  { stack, endpoint }: { readonly stack: Stack; readonly endpoint: string },
  live: LiveEndpoint,
  uri: string,
  served: string | undefined,
  isStopped = (): boolean => false,
): Promise<string[]> {
  const isServed = served === uri;
  const kept = isServed ? undefined : await configurationOf(live, endpoint, uri);
  if (kept !== undefined) {
    await step(`Moving ${live.name} to ${kept}`, () => moveTo(live, kept));
  }
  const isThere = isServed || kept !== undefined;
  const ringing = isThere ? inAlarm(await live.alarms()).map(({ name }) => name) : [];
  if (!isStopped() && ringing.length === 0) {
    await step(`Updating the stack ${stack.name}`, () => stack.update(showLine));
  }
  return ringing;
}

/** The newest endpoint configuration whose model has a given archive; none is ever deleted, so that this is found. */
async function configurationOf(
  live: LiveEndpoint,
  endpoint: string,
  modelUri: string,
): Promise<string | undefined> {
  // The names begin with the endpoint's key.
  const newest = { SortBy: "CreationTime", SortOrder: "Descending" } as const;
  const input = { NameContains: `${endpoint}-`, ...newest };
  const pages = paginateListEndpointConfigs({ client: live.sageMaker }, input);
  for await (const { EndpointConfigs = [] } of pages) {
    for (const { EndpointConfigName } of EndpointConfigs) {
      if ((await live.modelOf(EndpointConfigName!)) === modelUri) {
        return EndpointConfigName;
      }
    }
  }
  return undefined;
}

/**
 * Moves an endpoint to a configuration that is there, at once and with the instances that run: the alarms that may be the
 * reason for it are not asked, because they would undo it.
 */
async function moveTo(live: LiveEndpoint, EndpointConfigName: string): Promise<void> {
  const command = new UpdateEndpointCommand({
    EndpointName: live.name,
    EndpointConfigName,
    RetainAllVariantProperties: true,
  });
  await live.settled();
  await live.sageMaker.send(command);
  await live.settled();
}
