import { hostname } from "node:os";

import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import type { Properties } from "../../../infra/offline/service-models/request-mapping";
import type { StackOutputs } from "../../../infra/stack-outputs";
import { clientSettings } from "../../aws/clients";
import { isRunning } from "../../child-processes";
import type { StackSettings } from "../../preview/stack-file";
import { UpdateInProgress } from "../stack";

/** A resource that exists. */
export interface ResourceState {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The provider's id. */
  readonly id: string;
  /** As the program gave them, files by their hash; where a rollback left others, those. */
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly retainOnDelete: boolean;
  /** URN of what takes it along; empty: nothing does. */
  readonly deletedWith: string;
}

/** Who is changing the stack. */
export interface Running {
  readonly host: string;
  readonly pid: number;
  /** Dates as ISO 8601. */
  readonly since: string;
  readonly seen: string;
}

/** A successful update. */
export interface UpdateRecord {
  readonly at: string;
  /** Models that were served, by endpoint. */
  readonly models: Readonly<Record<string, string>>;
  readonly config: StackSettings["config"];
}

/** What is known of a stack. */
export interface StackState {
  /** In the order in which they were created. */
  resources: ResourceState[];
  /** Replaced ones that are still to be deleted. */
  replaced: ResourceState[];
  /** Those of the last successful update; absent before the first. */
  outputs?: StackOutputs;
  /** Oldest first. */
  history: UpdateRecord[];
  running?: Running;
}

/** Where the states of the sandbox's stacks are. */
export const STATE_BUCKET = "kennel-sandbox-state";

/** A process that has said nothing for so long has ended. */
const SILENCE_MILLISECONDS = 60_000;
const HEARTBEAT_MILLISECONDS = 10_000;

/** The state of one stack, an object in S3 that two processes can't change at once. */
export class StateStore {
  private readonly client = new S3Client(clientSettings());
  private readonly object: { readonly Bucket: string; readonly Key: string };
  private etag: string | undefined;
  private saving: Promise<void> = Promise.resolve();
  private isDirty = false;
  private heartbeat: NodeJS.Timeout | undefined;
  state: StackState = { resources: [], replaced: [], history: [] };

  constructor(private readonly stack: string) {
    this.object = { Bucket: STATE_BUCKET, Key: `stacks/${stack}.json` };
  }

  /** Reads the state; an empty one where there is none. */
  async read(): Promise<StackState> {
    try {
      const { Body, ETag } = await this.client.send(new GetObjectCommand(this.object));
      this.etag = ETag;
      this.state = JSON.parse(await Body!.transformToString()) as StackState;
    } catch (error) {
      if (!/^(NoSuchKey|NoSuchBucket)$/.test((error as Error).name)) {
        throw error;
      }
    }
    return this.state;
  }

  /** @throws UpdateInProgress where somebody else is changing the stack. */
  async lock(): Promise<void> {
    const { running } = await this.read();
    if (running !== undefined && isAlive(running)) {
      throw new UpdateInProgress(this.describe(running));
    }
    const now = new Date().toISOString();
    this.state.running = { host: hostname(), pid: process.pid, since: now, seen: now };
    await this.save();
    this.heartbeat = setInterval(() => {
      this.state.running = { ...this.state.running!, seen: new Date().toISOString() };
      void this.save();
    }, HEARTBEAT_MILLISECONDS).unref();
  }

  async unlock(): Promise<void> {
    clearInterval(this.heartbeat);
    delete this.state.running;
    await this.save();
    this.client.destroy();
  }

  /** Saves what the state is now; calls while it is being saved share the next one. */
  save(): Promise<void> {
    if (!this.isDirty) {
      this.isDirty = true;
      this.saving = this.saving.then(async () => {
        this.isDirty = false;
        await this.write();
      });
    }
    return this.saving;
  }

  private async write(): Promise<void> {
    const condition = this.etag === undefined ? { IfNoneMatch: "*" } : { IfMatch: this.etag };
    const Body = JSON.stringify(this.state);
    const put = new PutObjectCommand({ ...this.object, ...condition, Body });
    try {
      this.etag = (await this.client.send(put)).ETag;
    } catch (error) {
      const { name } = error as Error;
      if (name === "PreconditionFailed") {
        throw new UpdateInProgress(this.describe());
      }
      if (name !== "NoSuchBucket") {
        throw error;
      }
      await this.client.send(new CreateBucketCommand({ Bucket: STATE_BUCKET }));
      this.etag = (await this.client.send(put)).ETag;
    }
  }

  private describe(running?: Running): string {
    const who =
      running === undefined
        ? ""
        : ` (process ${running.pid} on ${running.host}, since ${running.since})`;
    return `another update of the stack ${this.stack} is running${who}: wait until it has ended, then run the same command.`;
  }
}

function isAlive({ host, pid, seen }: Running): boolean {
  const isSilent = Date.now() - Date.parse(seen) > SILENCE_MILLISECONDS;
  return !isSilent && (host !== hostname() || isRunning(pid));
}
