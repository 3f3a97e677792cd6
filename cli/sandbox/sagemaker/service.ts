import type { Tag } from "@aws-sdk/client-sagemaker";

import type { Violation } from "../../../infra/offline/service-models/resource-requests";
import { validationException } from "../aws-error";
import { Metrics } from "../metrics";
import { AsyncInference } from "./async-inference";
import type { Context } from "../context";
import { DataCapture } from "./data-capture";
import { Endpoints } from "./endpoints";
import { EndpointConfigs, Models } from "./models";
import { Runtime } from "./runtime";
import { Scaler } from "./scaler";
import type { Operation, Store, Stored } from "./store";
import { TrainingJobs } from "./training-jobs";
import { TransformJobs } from "./transform-jobs";
import { TuningJobs } from "./tuning-jobs";

/** What knows some of SageMaker's resources. */
type Owner = Pick<Store<Stored>, "operations" | "tagsOf" | "stop">;

/** SageMaker in one region: what it knows is here, and what it does not know is moto's. */
export class SageMaker {
  readonly endpoints: Endpoints;
  readonly runtime: Runtime;
  readonly asyncInference: AsyncInference;
  readonly scaler: Scaler;
  private readonly operations: Readonly<Record<string, Operation>>;
  private readonly owners: readonly Owner[];

  constructor(private readonly context: Context) {
    const models = new Models(context);
    const configurations = new EndpointConfigs(context, models);
    this.endpoints = new Endpoints(context, models, configurations);
    const { cloudWatch, s3 } = context.clients;
    const metrics = new Metrics(cloudWatch, "AWS/SageMaker");
    this.runtime = new Runtime(this.endpoints, metrics, new DataCapture(s3));
    this.asyncInference = new AsyncInference(context, this.runtime);
    const trainingJobs = new TrainingJobs(context);
    this.scaler = new Scaler(context, this.endpoints);
    this.owners = [
      models,
      configurations,
      this.endpoints,
      new TuningJobs(context, trainingJobs),
      trainingJobs,
      new TransformJobs(context, models),
    ];
    this.operations = Object.assign({}, ...this.owners.map(operationsOf)) as typeof this.operations;
  }

  /**
   * Answers a request of the control plane.
   *
   * @returns undefined where it is for moto to answer
   * @throws AwsError as SageMaker refuses
   */
  async answer(operation: string, request: Readonly<Record<string, unknown>>): Promise<unknown> {
    await this.check(operation, request);
    const own = this.operations[operation];
    return own === undefined ? this.answerAboutTags(operation, request) : own(request as never);
  }

  private async check(operation: string, request: unknown): Promise<void> {
    const asked = { service: "sagemaker", operation, request };
    const violations = await this.context.moto.ask<Violation[]>("validate", asked);
    if (violations.length > 0) {
      const list = violations.map(({ path, message }) => `Value at '${path}': ${message}`);
      const errors = violations.length === 1 ? "error" : "errors";
      throw validationException(
        `${violations.length} validation ${errors} detected: ${list.join("; ")}`,
      );
    }
  }

  private answerAboutTags(
    operation: string,
    {
      ResourceArn,
      Tags = [],
      TagKeys = [],
    }: { ResourceArn?: string; Tags?: Tag[]; TagKeys?: string[] },
  ): unknown {
    const tags = this.owners.map((owner) => owner.tagsOf(ResourceArn ?? "")).find(Boolean);
    if (tags === undefined) {
      return undefined;
    }
    Tags.forEach(({ Key, Value }) => tags.set(Key!, Value!));
    TagKeys.forEach((key) => tags.delete(key));
    const all = [...tags].map(([Key, Value]) => ({ Key, Value }));
    return operation === "DeleteTags" ? {} : { Tags: all };
  }

  /** Ends every process that it has started. */
  async stop(): Promise<void> {
    await Promise.all(this.owners.map((owner) => owner.stop()));
  }
}

const OPERATION = /^(create|describe|delete|list|update|stop)[A-Z]/;

/** What every owner answers, and its methods that are called as operations are: `createModel` is CreateModel. */
function operationsOf(owner: Owner): Record<string, Operation> {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(owner) as object);
  const own = names
    .filter((name) => OPERATION.test(name))
    .map((name) => [
      `${name[0]!.toUpperCase()}${name.slice(1)}`,
      (owner as unknown as Record<string, Operation>)[name]!.bind(owner),
    ]);
  return { ...owner.operations, ...Object.fromEntries(own) } as Record<string, Operation>;
}
