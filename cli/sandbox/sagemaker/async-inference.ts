import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";

import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { AsyncInferenceOutputConfig } from "@aws-sdk/client-sagemaker";

import { inBucket } from "../../aws/s3-address";
import { AwsError } from "../aws-error";
import type { Context } from "../context";
import { openObject } from "./model-data";
import type { Invocation } from "./invocation";
import { ModelError, type Runtime } from "./runtime";

/** A request whose body is in S3. */
export interface AsyncInvocation extends Omit<Invocation, "body"> {
  readonly inputLocation: string;
}

/** Where the answer will be; one of the two. */
export interface Accepted {
  readonly inferenceId: string;
  readonly outputLocation: string;
  readonly failureLocation: string | undefined;
}

/** Seconds between two looks at an endpoint without instances. */
const PERIOD_SECONDS = 10;

/**
 * Asynchronous endpoints: photo in S3, answer in S3, and a notification of it.
 *
 * Source: SageMaker developer guide, "Asynchronous inference".
 */
export class AsyncInference {
  constructor(
    private readonly context: Context,
    private readonly runtime: Runtime,
  ) {}

  /** Takes a request, and answers it later. @throws AwsError as the runtime refuses */
  invoke(invocation: AsyncInvocation): Accepted {
    const { configuration } = this.runtime.require(invocation.endpointName).fleet;
    const output = configuration.AsyncInferenceConfig?.OutputConfig;
    if (output === undefined) {
      throw new AwsError(
        "ValidationError",
        `Endpoint ${invocation.endpointName} is not asynchronous: use InvokeEndpoint.`,
      );
    }
    const inferenceId = invocation.inferenceId ?? randomUUID();
    const name = randomUUID();
    const accepted = {
      inferenceId,
      outputLocation: `${output.S3OutputPath!.replace(/\/$/, "")}/${name}.out`,
      failureLocation:
        output.S3FailurePath && `${output.S3FailurePath.replace(/\/$/, "")}/${name}-error.out`,
    };
    void this.work(invocation, output, accepted).catch(() => undefined);
    return accepted;
  }

  private async work(
    invocation: AsyncInvocation,
    { NotificationConfig: topics = {} }: AsyncInferenceOutputConfig,
    { inferenceId, outputLocation, failureLocation }: Accepted,
  ): Promise<void> {
    const { endpointName, inputLocation, headers } = invocation;
    const receivedTime = new Date().toISOString();
    const notify = (topic: string | undefined, outcome: object): Promise<void> =>
      this.publish(topic, {
        awsRegion: this.context.region,
        eventTime: new Date().toISOString(),
        receivedTime,
        ...outcome,
        requestParameters: { contentType: headers["content-type"], endpointName, inputLocation },
        inferenceId,
        eventVersion: "1.0",
        eventSource: "aws:sagemaker",
        eventName: "InferenceResult",
      });
    try {
      const body = await buffer(await openObject(this.context, inBucket(inputLocation)));
      // It may have to start its first instance.
      while (this.runtime.require(endpointName).fleet.instances === 0) {
        await this.context.clock.sleep(PERIOD_SECONDS);
      }
      const answer = await this.runtime.answer({ ...invocation, body });
      await this.put(outputLocation, answer.body, answer.contentType);
      await notify(topics.SuccessTopic, {
        invocationStatus: "Completed",
        responseParameters: { contentType: answer.contentType, outputLocation },
      });
    } catch (error) {
      const { message } = error as Error;
      if (failureLocation !== undefined) {
        const said = error instanceof ModelError ? error.originalMessage : message;
        await this.put(failureLocation, Buffer.from(said), "text/plain");
      }
      await notify(topics.ErrorTopic, { invocationStatus: "Failed", failureReason: message });
    }
  }

  private async put(uri: string, Body: Buffer, ContentType: string): Promise<void> {
    const object = { ...inBucket(uri), Body, ContentType };
    await this.context.clients.s3.send(new PutObjectCommand(object));
  }

  private async publish(topic: string | undefined, message: object): Promise<void> {
    if (topic !== undefined) {
      const { moto, region } = this.context;
      const request = { TopicArn: topic, Message: JSON.stringify(message) };
      const call = { url: moto.url, region, service: "sns", operation: "Publish", request };
      // The answer is there, whether anybody can be told of it or not.
      await moto.ask("call", call).catch(() => undefined);
    }
  }
}
