import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

import type { Properties } from "../../../infra/offline/service-models/request-mapping";
import type { StackOutputs } from "../../../infra/stack-outputs";
import { clientSettings } from "../../aws/clients";
import { isOtherRunning } from "../../child-processes";
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

/** The process of this machine that is changing the stack. */
interface Running {
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
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
const STATE_BUCKET = "kennel-sandbox-state";

/** The state of one stack, an object in S3 that two processes can't change at once. */
export class StateStore {
  private readonly client = new S3Client(clientSettings());
  private readonly object: { readonly Bucket: string; readonly Key: string };
  private etag: string | undefined;
  private saving: Promise<void> = Promise.resolve();
  private isDirty = false;
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

  /** @throws UpdateInProgress where another process is changing the stack. */
  async lock(): Promise<void> {
    const { running } = await this.read();
    // The sandbox is on a loopback address, so that whoever changes a stack is on this machine.
    if (running !== undefined && isOtherRunning(running.pid)) {
      throw new UpdateInProgress(this.describe(running));
    }
    this.state.running = { pid: process.pid, since: new Date().toISOString() };
    await this.save();
  }

  async unlock(): Promise<void> {
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
    const who = running && ` (process ${running.pid}, since ${running.since})`;
    return `another update of the stack ${this.stack} is running${who ?? ""}: wait until it has ended, then run the same command.`;
  }
}
