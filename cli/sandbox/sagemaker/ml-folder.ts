import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";

import type { Channel } from "@aws-sdk/client-sagemaker";

import { inBucket } from "../../aws/s3-address";
import type { Context } from "../context";
import { downloadFolder } from "./model-data";

/** What SageMaker writes into /opt/ml of an instance. */
export interface MlFolder {
  readonly hyperparameters: Readonly<Record<string, string>>;
  readonly channels: readonly Channel[];
  readonly instanceType: string;
  /** `algo-1` and so on. */
  readonly hosts: readonly string[];
}

/**
 * Lays out /opt/ml of one instance.
 *
 * Source: SageMaker developer guide, "How Amazon SageMaker AI Provides Training Information".
 *
 * @param data the folder with a folder for each channel, shared by all instances
 */
export async function layOut(
  base: string,
  host: string,
  { hyperparameters, channels, instanceType, hosts }: MlFolder,
  data: string,
): Promise<void> {
  const folders = ["input/config", "input/data", "model", "output/data", "checkpoints"];
  await Promise.all(folders.map((each) => mkdir(path.join(base, each), { recursive: true })));
  const inputData = channels.map(({ ChannelName, ContentType, RecordWrapperType }) => [
    ChannelName,
    {
      TrainingInputMode: "File",
      S3DistributionType: "FullyReplicated",
      RecordWrapperType: RecordWrapperType ?? "None",
      ...(ContentType && { ContentType }),
    },
  ]);
  const resources = {
    current_host: host,
    current_instance_type: instanceType,
    hosts,
    network_interface_name: "eth0",
  };
  const files = {
    hyperparameters: relocate(hyperparameters, base),
    inputdataconfig: Object.fromEntries(inputData) as unknown,
    resourceconfig: resources,
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(base, "input/config", `${name}.json`), JSON.stringify(content));
  }
  for (const channel of await readdir(data)) {
    await symlink(path.join(data, channel), path.join(base, "input/data", channel));
  }
}

/** Copies the channels from S3. @throws Error in SageMaker's words where there is nothing */
export async function downloadChannels(
  context: Context,
  channels: readonly Channel[],
  data: string,
): Promise<void> {
  await mkdir(data, { recursive: true });
  for (const { ChannelName, DataSource } of channels) {
    const uri = DataSource?.S3DataSource?.S3Uri;
    if (uri === undefined) {
      throw new Error(`ClientError: the sandbox's channels come from S3: ${ChannelName}.`);
    }
    const folder = path.join(data, ChannelName!);
    await mkdir(folder);
    const files = await downloadFolder(context, inBucket(uri), folder).catch(() => 0);
    if (files === 0) {
      throw new Error(
        `ClientError: No S3 objects found under S3 URL "${uri}" given in input data source. Please ensure that the bucket exists in the selected region (${context.region}), that objects exist under that S3 prefix, and that the role may list the bucket.`,
      );
    }
  }
}

/** Where a container would find /opt/ml, the instance's folder is. */
export function relocate(
  values: Readonly<Record<string, string>>,
  base: string,
): Record<string, string> {
  const moved = (text: string) => text.replace(/(^|")\/opt\/ml(?=\/|"|$)/, `$1${base}`);
  return Object.fromEntries(Object.entries(values).map(([name, text]) => [name, moved(text)]));
}
