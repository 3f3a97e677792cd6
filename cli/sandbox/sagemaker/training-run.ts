import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import path from "node:path";

import { inBucket } from "../../aws/s3-address";
import { LogStream } from "../log-stream";
import type { Context } from "../context";
import { JobProcess } from "./job-process";
import { downloadChannels, layOut, relocate } from "./ml-folder";
import { downloadFolder } from "./model-data";
import type { TrainingJob } from "./training-job";
import { TrainingMetrics } from "./training-metrics";
import { uploadArchive, uploadFolder } from "./upload";

const LOG_GROUP = "/aws/sagemaker/TrainingJobs";
const PROVISIONING_SECONDS = 120;
const LONGEST_FAILURE = 1024;
const SECONDS_TO_END = 5;
const DEFAULT_RUNTIME_SECONDS = 24 * 3600;

/** One run of a training job: a process for each instance, each with its own /opt/ml folder. */
export class TrainingRun {
  private readonly processes: JobProcess[] = [];
  /** Why it is to stop before its time. */
  private stopped?: "Stopped" | "MaxRuntimeExceeded";

  constructor(
    private readonly context: Context,
    private readonly job: TrainingJob,
  ) {}

  /** Runs it to its end, which the job then tells. */
  async run(): Promise<void> {
    const { job, context } = this;
    const folder = await mkdtemp(path.join(context.folder, "job-"));
    try {
      await context.clock.sleep(PROVISIONING_SECONDS);
      job.trainingStartTime = new Date();
      job.enter("Downloading");
      await this.prepare(folder);
      if (this.stopped === undefined) {
        job.enter("Training");
        const status = await this.train(folder);
        job.enter("Uploading");
        await this.upload(folder);
        if (status !== 0 && this.stopped === undefined) {
          throw new Error(await failureOf(folder, this.hosts, status));
        }
      }
      job.enter(this.stopped ?? "Completed", this.stopped === undefined ? "Completed" : "Stopped");
    } catch (error) {
      job.failureReason = (error as Error).message.slice(0, LONGEST_FAILURE);
      job.enter("Failed", "Failed");
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
    const { InstanceCount = 1, InstanceGroups } = this.job.input.ResourceConfig!;
    const count = InstanceGroups?.reduce((sum, each) => sum + each.InstanceCount!, 0);
    return Array.from({ length: count ?? InstanceCount }, (_, index) => `algo-${index + 1}`);
  }

  private async prepare(folder: string): Promise<void> {
    const { input } = this.job;
    const channels = input.InputDataConfig ?? [];
    const data = path.join(folder, "data");
    await downloadChannels(this.context, channels, data);
    const layout = {
      hyperparameters: input.HyperParameters ?? {},
      channels,
      instanceType: input.ResourceConfig!.InstanceType ?? "ml.m5.large",
      hosts: this.hosts,
    };
    for (const host of this.hosts) {
      await layOut(path.join(folder, host), host, layout, data);
    }
    if (input.CheckpointConfig?.S3Uri !== undefined) {
      const checkpoints = path.join(folder, this.hosts[0]!, "checkpoints");
      const place = inBucket(folderUri(input.CheckpointConfig.S3Uri));
      await downloadFolder(this.context, place, checkpoints);
    }
  }

  /** The worst exit status. */
  private async train(folder: string): Promise<number> {
    const { input, name } = this.job;
    const {
      ContainerEntrypoint = ["train"],
      ContainerArguments = [],
      MetricDefinitions,
    } = input.AlgorithmSpecification!;
    const metrics = new TrainingMetrics(
      this.job,
      this.context.clients.cloudWatch,
      MetricDefinitions,
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
          TRAINING_JOB_ARN: this.job.arn,
          // The instances share this machine's ports.
          MASTER_PORT: String(port),
          ...this.context.environment,
          ...relocate(input.Environment ?? {}, path.join(folder, host)),
        },
        (line) => {
          log.write(line);
          metrics.read(line, host);
        },
      );
      this.processes.push(process);
    }
    const { MaxRuntimeInSeconds = DEFAULT_RUNTIME_SECONDS } = input.StoppingCondition ?? {};
    const timer = setTimeout(
      () => this.stop("MaxRuntimeExceeded"),
      Math.min(MaxRuntimeInSeconds * 1000, 2 ** 31 - 1),
    );
    const statuses = await Promise.all(this.processes.map((each) => each.ended));
    clearTimeout(timer);
    await Promise.all(logs.map((each) => each.flush()));
    return Math.max(...statuses);
  }

  private async upload(folder: string): Promise<void> {
    const { input, name } = this.job;
    const base = path.join(folder, this.hosts[0]!);
    const { S3OutputPath, CompressionType } = input.OutputDataConfig!;
    const place = `${S3OutputPath!.replace(/\/$/, "")}/${name}/output`;
    if (input.CheckpointConfig?.S3Uri !== undefined) {
      await uploadFolder(
        this.context,
        path.join(base, "checkpoints"),
        input.CheckpointConfig.S3Uri,
      );
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
          this.job.artifacts = uri;
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
