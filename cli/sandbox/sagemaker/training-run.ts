import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import path from "node:path";

import type { MetricData } from "@aws-sdk/client-sagemaker";

import { inBucket } from "../../aws/s3-address";
import { LogStream } from "../log-stream";
import type { Context } from "../context";
import { Metrics } from "../metrics";
import { JobProcess } from "./job-process";
import { downloadChannels, layOut, relocate } from "./ml-folder";
import { downloadFolder } from "./model-data";
import { enter, type TrainingJob } from "./training-job";
import { uploadArchive, uploadFolder } from "./upload";

/** Of logs, and of metrics. */
const LOG_GROUP = "/aws/sagemaker/TrainingJobs";
const PROVISIONING_SECONDS = 120;
const LONGEST_FAILURE = 1024;
const SECONDS_TO_END = 5;
const DEFAULT_RUNTIME_SECONDS = 24 * 3600;

/** A training job at work: a process for each instance, each with its own /opt/ml folder. */
export class TrainingRun {
  /** Resolves when it has ended, which the job then tells. */
  readonly ended: Promise<void>;
  private readonly processes: JobProcess[] = [];
  private readonly measured = new Map<string, MetricData>();
  private readonly metrics: Metrics;
  /** Why it is to stop before its time. */
  private stopped?: "Stopped" | "MaxRuntimeExceeded";

  constructor(
    private readonly context: Context,
    readonly description: TrainingJob,
  ) {
    this.metrics = new Metrics(context.clients.cloudWatch, LOG_GROUP);
    enter(description, "Starting", "InProgress");
    this.ended = this.run();
  }

  private async run(): Promise<void> {
    const { description: job, context } = this;
    const folder = await mkdtemp(path.join(context.folder, "job-"));
    try {
      await context.clock.sleep(PROVISIONING_SECONDS);
      job.TrainingStartTime = new Date();
      enter(job, "Downloading");
      await this.prepare(folder);
      if (this.stopped === undefined) {
        enter(job, "Training");
        const status = await this.train(folder);
        enter(job, "Uploading");
        await this.upload(folder);
        if (status !== 0 && this.stopped === undefined) {
          throw new Error(await failureOf(folder, this.hosts, status));
        }
      }
      enter(job, this.stopped ?? "Completed", this.stopped === undefined ? "Completed" : "Stopped");
    } catch (error) {
      job.FailureReason = (error as Error).message.slice(0, LONGEST_FAILURE);
      enter(job, "Failed", "Failed");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** SIGTERM to every instance. */
  stop(reason: "Stopped" | "MaxRuntimeExceeded" = "Stopped"): void {
    this.stopped ??= reason;
    this.processes.forEach((each) => void each.stop());
  }

  /** Ends its processes, because the sandbox ends. */
  async end(): Promise<void> {
    this.stopped ??= "Stopped";
    await Promise.all(this.processes.map((each) => each.stop(SECONDS_TO_END)));
  }

  private get hosts(): string[] {
    const { InstanceCount = 1, InstanceGroups } = this.description.ResourceConfig!;
    const count = InstanceGroups?.reduce((sum, each) => sum + each.InstanceCount!, 0);
    return Array.from({ length: count ?? InstanceCount }, (_, index) => `algo-${index + 1}`);
  }

  private async prepare(folder: string): Promise<void> {
    const { description: job } = this;
    const channels = job.InputDataConfig ?? [];
    const data = path.join(folder, "data");
    await downloadChannels(this.context, channels, data);
    const layout = {
      hyperparameters: job.HyperParameters ?? {},
      channels,
      instanceType: job.ResourceConfig!.InstanceType ?? "ml.m5.large",
      hosts: this.hosts,
    };
    for (const host of this.hosts) {
      await layOut(path.join(folder, host), host, layout, data);
    }
    if (job.CheckpointConfig?.S3Uri !== undefined) {
      const checkpoints = path.join(folder, this.hosts[0]!, "checkpoints");
      const place = inBucket(folderUri(job.CheckpointConfig.S3Uri));
      await downloadFolder(this.context, place, checkpoints);
    }
  }

  /** The worst exit status. */
  private async train(folder: string): Promise<number> {
    const { description: job } = this;
    const name = job.TrainingJobName!;
    const { ContainerEntrypoint = ["train"], ContainerArguments = [] } =
      job.AlgorithmSpecification!;
    // One that is not valid fails the job.
    const metrics = (job.AlgorithmSpecification!.MetricDefinitions ?? []).map(
      ({ Name, Regex }) => [Name!, new RegExp(Regex!)] as const,
    );
    const port = await freePort();
    const logs: LogStream[] = [];
    for (const host of this.hosts) {
      const stream = `${name}/${host}-${Math.floor(Date.now() / 1000)}`;
      const log = new LogStream(this.context.clients.logs, LOG_GROUP, stream);
      logs.push(log);
      const process = JobProcess.start(
        this.context.scripts,
        [...ContainerEntrypoint, ...ContainerArguments],
        {
          SAGEMAKER_BASE_DIR: path.join(folder, host),
          TRAINING_JOB_NAME: name,
          TRAINING_JOB_ARN: job.TrainingJobArn!,
          // The instances share this machine's ports.
          MASTER_PORT: String(port),
          ...this.context.environment,
          ...relocate(job.Environment ?? {}, path.join(folder, host)),
        },
        (line) => {
          log.write(line);
          this.measure(line, host, metrics);
        },
      );
      this.processes.push(process);
    }
    const { MaxRuntimeInSeconds = DEFAULT_RUNTIME_SECONDS } = job.StoppingCondition ?? {};
    const timer = setTimeout(
      () => this.stop("MaxRuntimeExceeded"),
      Math.min(MaxRuntimeInSeconds * 1000, 2 ** 31 - 1),
    );
    const statuses = await Promise.all(this.processes.map((each) => each.ended));
    clearTimeout(timer);
    await Promise.all(logs.map((each) => each.flush()));
    return Math.max(...statuses);
  }

  /** Reads metrics from a line, by the regular expressions of MetricDefinitions: the first group is the value. */
  private measure(
    line: string,
    host: string,
    metrics: readonly (readonly [name: string, pattern: RegExp])[],
  ): void {
    const { TrainingJobName } = this.description;
    for (const [MetricName, pattern] of metrics) {
      const Value = Number(pattern.exec(line)?.[1]);
      if (!Number.isNaN(Value)) {
        this.measured.set(MetricName, { MetricName, Value, Timestamp: new Date() });
        this.description.FinalMetricDataList = [...this.measured.values()];
        this.metrics.add({ Host: `${TrainingJobName}/${host}` }, "None", { [MetricName]: Value });
      }
    }
  }

  private async upload(folder: string): Promise<void> {
    const { description: job } = this;
    const base = path.join(folder, this.hosts[0]!);
    const { S3OutputPath, CompressionType } = job.OutputDataConfig!;
    const place = `${S3OutputPath!.replace(/\/$/, "")}/${job.TrainingJobName}/output`;
    if (job.CheckpointConfig?.S3Uri !== undefined) {
      await uploadFolder(this.context, path.join(base, "checkpoints"), job.CheckpointConfig.S3Uri);
    }
    for (const [source, archive] of [
      ["model", "model.tar.gz"],
      ["output/data", "output.tar.gz"],
    ] as const) {
      const made = path.join(base, source);
      if ((await readdir(made)).length > 0) {
        const isFolder = CompressionType === "NONE";
        const uri = `${place}/${isFolder ? archive.replace(".tar.gz", "/") : archive}`;
        await (isFolder ? uploadFolder : uploadArchive)(this.context, made, uri);
        if (source === "model") {
          job.ModelArtifacts = { S3ModelArtifacts: uri };
        }
      }
    }
  }
}

/** The FailureReason: what the container wrote into output/failure, of the first instance that did. */
async function failureOf(
  folder: string,
  hosts: readonly string[],
  status: number,
): Promise<string> {
  for (const host of hosts) {
    const file = path.join(folder, host, "output", "failure");
    const text = await readFile(file, "utf8").catch(() => "");
    if (text !== "") {
      return `AlgorithmError: ${text.slice(0, LONGEST_FAILURE - 50)}, exit code: ${status}`;
    }
  }
  return `AlgorithmError: , exit code: ${status}`;
}

function folderUri(uri: string): string {
  return uri.endsWith("/") ? uri : `${uri}/`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
