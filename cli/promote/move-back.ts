import { setTimeout as pause } from "node:timers/promises";

import {
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  paginateListEndpointConfigs,
  SageMakerClient,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";

import { clientSettings, explained } from "../aws/clients";
import type { Progress } from "../output/progress";
import type { Stack } from "../stack/stack";
import type { LiveEndpoint } from "./live-endpoint";
import { inAlarm, showEvent } from "./roll-out";

const POLL_MILLISECONDS = 1000;

/**
 * The newest endpoint configuration whose model has a given archive; none is ever deleted, so that this is found.
 *
 * @param endpoint - the endpoint's key in the configuration, with which the names begin
 */
async function configurationOf(
  endpoint: string,
  modelUri: string,
  region: string,
): Promise<string | undefined> {
  const client = new SageMakerClient(clientSettings(region));
  const newest = { SortBy: "CreationTime", SortOrder: "Descending" } as const;
  const input = { NameContains: `${endpoint}-`, ...newest };
  return explained(async () => {
    for await (const { EndpointConfigs = [] } of paginateListEndpointConfigs({ client }, input)) {
      for (const { EndpointConfigName } of EndpointConfigs) {
        if ((await modelOf(client, EndpointConfigName!)) === modelUri) {
          return EndpointConfigName;
        }
      }
    }
    return undefined;
  });
}

/** The archive that an endpoint configuration's first variant serves; undefined where its model was deleted. */
async function modelOf(
  client: SageMakerClient,
  EndpointConfigName: string,
): Promise<string | undefined> {
  const { ProductionVariants } = await client.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName }),
  );
  const ModelName = ProductionVariants?.[0]?.ModelName;
  const model = await client.send(new DescribeModelCommand({ ModelName })).catch(() => undefined);
  return model?.PrimaryContainer?.ModelDataUrl;
}

/** The archive of the model that an endpoint serves. */
export async function servedModel(
  endpoint: LiveEndpoint,
  region: string,
): Promise<string | undefined> {
  const state = await endpoint.describe();
  const client = new SageMakerClient(clientSettings(region));
  return state && explained(() => modelOf(client, state.configurationName));
}

/**
 * Moves an endpoint to a configuration that is there, at once and with the instances that run: the alarms that may be the
 * reason for it are not asked, because they would undo it.
 */
async function moveTo(
  endpoint: LiveEndpoint,
  configurationName: string,
  region: string,
): Promise<void> {
  const client = new SageMakerClient(clientSettings(region));
  const command = new UpdateEndpointCommand({
    EndpointName: endpoint.name,
    EndpointConfigName: configurationName,
    RetainAllVariantProperties: true,
  });
  await settled(endpoint);
  await explained(() => client.send(command));
  await settled(endpoint);
}

/** What goes back, and where. */
export interface GoingBack {
  readonly stack: Stack;
  /** The endpoint's key in the configuration. */
  readonly endpoint: string;
  readonly live: LiveEndpoint;
  readonly region: string;
  readonly progress: Progress;
}

/**
 * Goes back to a model that an endpoint has served: at once where its endpoint configuration is still there, else by an update
 * of the stack, whose configuration names it. Where it was moved, the stack is updated once no alarm rings, because SageMaker
 * would undo any update until then.
 *
 * @param isStopped - whether the stack is not to be updated any more
 * @returns names of the alarms because of which the stack is not updated yet
 */
export async function goBack(
  { stack, endpoint, live, region, progress }: GoingBack,
  uri: string,
  isStopped = (): boolean => false,
): Promise<string[]> {
  const isServed = (await servedModel(live, region)) === uri;
  const kept = isServed ? undefined : await configurationOf(endpoint, uri, region);
  if (kept !== undefined) {
    await progress.step(`Moving ${live.name} to ${kept}`, () => moveTo(live, kept, region));
  }
  const isThere = isServed || kept !== undefined;
  const ringing = isThere ? inAlarm(await live.alarms()).map(({ name }) => name) : [];
  if (!isStopped() && ringing.length === 0) {
    await progress.step(`Updating the stack ${stack.name}`, () => stack.update(showEvent));
  }
  return ringing;
}

/** Waits until SageMaker is done with an endpoint. */
export async function settled(endpoint: LiveEndpoint): Promise<void> {
  while (
    /^(Creating|Updating|SystemUpdating|RollingBack)$/.test(
      (await endpoint.describe())?.status ?? "",
    )
  ) {
    await pause(POLL_MILLISECONDS);
  }
}
