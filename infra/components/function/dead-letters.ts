import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy } from "../../iam/documents";
import { denyWithoutTls } from "../../iam/statements";
import { arn, type Location } from "../../location";
import type { DeadLettersConfig } from "../../schema/function";

export interface DeadLettersArgs {
  /** The queue's name in SQS. */
  readonly queueName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** The function's alias: what calls of it end here when they fail. */
  readonly alias: aws.lambda.Alias;
  /** KMS key of the queue. Defaults to one that SQS manages. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
  /** Attempts, waiting and keeping. */
  readonly settings: DeadLettersConfig;
}

const secondsOfDay = 86_400;

/** The ARN of a queue, known in a preview. */
export function queueArn(location: Location, queueName: string): pulumi.Output<string> {
  return arn(location, "sqs", queueName);
}

/**
 * Where asynchronous calls of a function end that failed for good: an encrypted queue, with the event and the reason.
 *
 * Calls that wait for their answer (function URL, API) get the error themselves and never come here.
 */
export class DeadLetters extends pulumi.ComponentResource {
  constructor(name: string, args: DeadLettersArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:DeadLetters", name, {}, options);
    const { alias, kmsKeyArn, settings, location, queueName } = args;
    const encryption =
      kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn };
    const queue = new aws.sqs.Queue(
      name,
      {
        name: queueName,
        messageRetentionSeconds: settings.retentionDays * secondsOfDay,
        ...encryption,
      },
      { parent: this },
    );
    const queuePolicy = new aws.sqs.QueuePolicy(
      name,
      {
        queueUrl: queue.url,
        policy: policy(denyWithoutTls("sqs:*", queueArn(location, queueName))),
      },
      { parent: queue },
    );
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName: alias.functionName,
        qualifier: alias.name,
        maximumEventAgeInSeconds: settings.maximumAgeSeconds,
        maximumRetryAttempts: settings.retries,
        destinationConfig: { onFailure: { destination: queue.arn } },
      },
      { parent: this, dependsOn: queuePolicy },
    );
    this.registerOutputs();
  }
}
