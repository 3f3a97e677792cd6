import { buffer, json } from "node:stream/consumers";

import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { ContainerDefinition, DescribeTransformJobResponse } from "@aws-sdk/client-sagemaker";
import pMap from "p-map";

import { type InBucket, inBucket } from "../../aws/s3-address";
import { InferenceServer } from "../../local/inference-server";
import { LogStream } from "../log-stream";
import type { Context } from "../context";
import { type ObjectBelow, objectsUnder, openObject, unpackModel } from "./model-data";
import { assemble, splitRecords } from "./transform-records";

const LOG_GROUP = "/aws/sagemaker/TransformJobs";
const MEGABYTE = 1024 * 1024;
const PROVISIONING_SECONDS = 180;
const PAYLOAD_MEGABYTES = 6;

/** One batch transform job at work: each object of S3 through the inference server, into an object `.out`. */
export class TransformRun {
  private isStopped = false;
  private server?: InferenceServer;

  constructor(
    private readonly context: Context,
    /** What becomes of the job is written into it. */
    readonly description: Partial<DescribeTransformJobResponse>,
    private readonly container: ContainerDefinition,
  ) {
    description.TransformJobStatus = "InProgress";
  }

  get summary(): object {
    const { CreationTime, TransformEndTime = CreationTime } = this.description;
    return { LastModifiedTime: TransformEndTime };
  }

  /** Runs it to its end, which the job then tells. */
  async run(): Promise<void> {
    const { description } = this;
    await this.context.clock.sleep(PROVISIONING_SECONDS);
    description.TransformStartTime = new Date();
    try {
      await this.transformAll();
      description.TransformJobStatus = "Completed";
    } catch (error) {
      description.TransformJobStatus = "Failed";
      description.FailureReason = (error as Error).message;
    }
    if (this.isStopped) {
      description.TransformJobStatus = "Stopped";
      delete description.FailureReason;
    }
    description.TransformEndTime = new Date();
  }

  /**
   * Transforms everything that it can, as SageMaker does: an object that fails has no output, and then the job fails.
   *
   * @throws Error with the job's FailureReason
   */
  private async transformAll(): Promise<void> {
    const { logs } = this.context.clients;
    const stream = `${this.description.TransformJobName}/i-${Math.random().toString(16).slice(2, 14)}`;
    const serverLog = new LogStream(logs, LOG_GROUP, stream);
    const dataLog = new LogStream(logs, LOG_GROUP, `${stream}/data-log`);
    try {
      const inputs = await this.inputs();
      await this.startServer((line) => serverLog.write(line));
      const concurrency = await this.concurrency();
      let failures = 0;
      const work = async (input: ObjectBelow): Promise<void> => {
        const { Bucket, Key } = input;
        await this.transform(input).catch(({ message }: Error) => {
          failures += 1;
          const now = new Date().toISOString();
          dataLog.write(`${now}:[sagemaker logs]: ${Bucket}/${Key}: ${message}`);
        });
      };
      await pMap(inputs, (input) => (this.isStopped ? undefined : work(input)), { concurrency });
      if (failures > 0) {
        throw new Error("ClientError: See job logs for more information");
      }
    } finally {
      await this.server?.stop();
      await Promise.all([serverLog.flush(), dataLog.flush()]);
    }
  }

  private async startServer(onLine: (line: string) => void): Promise<void> {
    const folder = await unpackModel(this.context, this.container);
    if (this.isStopped) {
      return;
    }
    const environment = {
      SAGEMAKER_BATCH: "true",
      SAGEMAKER_MAX_PAYLOAD_IN_MB: String(this.description.MaxPayloadInMB ?? PAYLOAD_MEGABYTES),
      ...this.container.Environment,
      ...this.description.Environment,
    };
    this.server = InferenceServer.launch(folder, environment, onLine);
    await this.server.ready().catch((error: Error) => {
      throw new Error(`AlgorithmError: The container did not pass the ping: ${error.message}`);
    });
  }

  /** MaxConcurrentTransforms, or what the container proposes. */
  private async concurrency(): Promise<number> {
    const { MaxConcurrentTransforms = 0 } = this.description;
    if (MaxConcurrentTransforms > 0) {
      return MaxConcurrentTransforms;
    }
    const proposal = await fetch(`${this.server!.url}/execution-parameters`);
    const answer = (await proposal.json()) as { MaxConcurrentTransforms?: number };
    return answer.MaxConcurrentTransforms ?? 1;
  }

  /** @throws Error where there are none */
  private async inputs(): Promise<ObjectBelow[]> {
    const { S3DataType, S3Uri } = this.description.TransformInput!.DataSource!.S3DataSource!;
    const place = inBucket(S3Uri!);
    const inputs: ObjectBelow[] = [];
    for await (const input of S3DataType === "ManifestFile"
      ? await this.ofManifest(place)
      : objectsUnder(this.context, place)) {
      inputs.push(input);
    }
    if (inputs.length === 0) {
      throw new Error(
        `ClientError: No S3 objects found under S3 URL "${S3Uri}" given in input data source.`,
      );
    }
    return inputs;
  }

  /** `[{"prefix": "s3://…/"}, "KEY BELOW IT", …]`. */
  private async ofManifest(place: InBucket): Promise<ObjectBelow[]> {
    const content = await openObject(this.context, place);
    const [{ prefix }, ...names] = (await json(content)) as [{ prefix: string }, ...string[]];
    const { Bucket, Key } = inBucket(prefix);
    return names.map((name) => ({ Bucket, Key: `${Key}${name}`, name }));
  }

  /** Its output is named after it, below the output path. */
  private async transform({ name, ...place }: ObjectBelow): Promise<void> {
    const content = await buffer(await openObject(this.context, place));
    const { SplitType = "None" } = this.description.TransformInput!;
    const { S3OutputPath, AssembleWith = "None" } = this.description.TransformOutput!;
    const most = (this.description.MaxPayloadInMB ?? PAYLOAD_MEGABYTES) * MEGABYTE;
    const answers: Buffer[] = [];
    const isSingle = this.description.BatchStrategy === "SingleRecord";
    for (const record of splitRecords(content, SplitType, isSingle ? 0 : most)) {
      answers.push(await this.ask(record));
    }
    const output = inBucket(`${S3OutputPath!.replace(/\/$/, "")}/${name}.out`);
    const Body = assemble(answers, AssembleWith);
    await this.context.clients.s3.send(new PutObjectCommand({ ...output, Body }));
  }

  private async ask(body: Buffer): Promise<Buffer> {
    const { ContentType = "application/octet-stream" } = this.description.TransformInput!;
    const { Accept = "application/json" } = this.description.TransformOutput!;
    const { InvocationsTimeoutInSeconds = 600 } = this.description.ModelClientConfig ?? {};
    const answer = await fetch(`${this.server!.url}/invocations`, {
      method: "POST",
      headers: { "content-type": ContentType, accept: Accept },
      body: body as BodyInit,
      signal: AbortSignal.timeout(InvocationsTimeoutInSeconds * 1000),
    });
    const content = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) {
      throw new Error(
        `Bad HTTP status received from algorithm: ${answer.status}: ${content.toString()}`,
      );
    }
    return content;
  }

  /** Ends it before its time. */
  async end(): Promise<void> {
    this.isStopped = true;
    await this.server?.stop();
  }
}
