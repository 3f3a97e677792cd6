import { validationException } from "../aws-error";
import { Metrics } from "../metrics";
import { AsyncInference } from "./async-inference";
import type { Context } from "../context";
import { DataCapture } from "./data-capture";
import { Endpoints } from "./endpoints";
import { Models } from "./models";
import { Runtime } from "./runtime";
import { Samples } from "./samples";
import { Scaler } from "./scaler";
import { Tags } from "./tags";
import { TrainingJobs } from "./training-jobs";
import { TransformJobs } from "./transform-jobs";
import { TuningJobs } from "./tuning-jobs";

/** One operation of SageMaker's: the request as the API names it, to what it answers. Dates may be `Date`s. */
type Operation = (request: never) => unknown;

/** SageMaker in one region: what it knows is here, and what it does not know is moto's. */
export class SageMaker {
  readonly endpoints: Endpoints;
  readonly runtime: Runtime;
  readonly asyncInference: AsyncInference;
  readonly samples = new Samples();
  readonly scaler: Scaler;
  private readonly operations: Readonly<Record<string, Operation>>;
  private readonly tags = new Tags();
  private readonly owners: readonly object[];

  constructor(private readonly context: Context) {
    const models = new Models(context, this.tags);
    this.endpoints = new Endpoints(context, models, this.tags, this.samples);
    const { cloudWatch, s3 } = context.clients;
    const metrics = new Metrics(cloudWatch, "AWS/SageMaker");
    this.runtime = new Runtime(this.endpoints, metrics, new DataCapture(s3));
    this.asyncInference = new AsyncInference(context, this.runtime);
    const trainingJobs = new TrainingJobs(context, this.tags);
    this.scaler = new Scaler(context, this.endpoints);
    this.owners = [
      models,
      this.endpoints,
      new TuningJobs(context, this.tags, trainingJobs),
      trainingJobs,
      new TransformJobs(context, models, this.tags),
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
    const violations = await this.context.moto.validate("sagemaker", operation, request);
    if (violations.length > 0) {
      const list = violations.map(({ path, message }) => `Value at '${path}': ${message}`);
      const errors = violations.length === 1 ? "error" : "errors";
      throw validationException(
        `${violations.length} validation ${errors} detected: ${list.join("; ")}`,
      );
    }
  }

  private answerAboutTags(operation: string, request: Readonly<Record<string, unknown>>): unknown {
    const arn = String(request["ResourceArn"]);
    if (!this.tags.has(arn)) {
      return undefined;
    }
    switch (operation) {
      case "AddTags":
        return { Tags: this.tags.put(arn, request["Tags"] as []) };
      case "DeleteTags":
        this.tags.remove(arn, request["TagKeys"] as string[]);
        return {};
      case "ListTags":
        return { Tags: this.tags.list(arn) };
      default:
        return undefined;
    }
  }

  /** Ends every process that it has started. */
  async stop(): Promise<void> {
    await Promise.all(
      this.owners.map((owner: { stop?(): Promise<void> | void }) => owner.stop?.()),
    );
  }
}

const OPERATION = /^(create|describe|delete|list|update|stop)[A-Z]/;

/** The methods that are called as operations are: `createModel` is CreateModel. */
function operationsOf(owner: object): Record<string, Operation> {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(owner) as object);
  return Object.fromEntries(
    names
      .filter((name) => OPERATION.test(name))
      .map((name) => [
        `${name[0]!.toUpperCase()}${name.slice(1)}`,
        (owner as Record<string, Operation>)[name]!.bind(owner),
      ]),
  );
}
