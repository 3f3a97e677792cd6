import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy } from "../../iam/documents";
import { denyWithoutTls } from "../../iam/statements";
import { arn, type Location } from "../../location";
import { nameOfSecret } from "../../names";
import type { AlarmThresholds, MonitoringConfig } from "../../schema/monitoring";

export interface AlarmTopicArgs {
  /** The topic's name in SNS. */
  readonly topicName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Who is told, and when alarms go off. */
  readonly settings: MonitoringConfig;
}

/** Where alarms of this account are published, and who reads them. */
export class AlarmTopic extends pulumi.ComponentResource {
  /** The topic's ARN. */
  readonly topicArn: pulumi.Output<string>;
  /** The same ARN for policy documents: known in a preview, but not waited for. */
  readonly knownTopicArn: pulumi.Output<string>;
  /** When the alarms that publish here go off. */
  readonly thresholds: AlarmThresholds;

  constructor(name: string, args: AlarmTopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:AlarmTopic", name, {}, options);
    const { topicName } = args;
    const topic = new aws.sns.Topic(name, { name: topicName }, { parent: this });
    const child = { parent: topic };
    new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: topicPolicy(args.location, topicName) },
      child,
    );
    const { emails, webhooks } = args.settings;
    const heard = [
      ...emails.map((address) => ["email", address] as const),
      ...webhooks.map((address) => ["https", address] as const),
    ];
    for (const [protocol, address] of heard) {
      new aws.sns.TopicSubscription(
        `${name}-${nameOfSecret(address)}`,
        { topic: topic.arn, protocol, endpoint: pulumi.secret(address) },
        child,
      );
    }
    this.topicArn = topic.arn;
    this.knownTopicArn = arn(args.location, "sns", topicName);
    const { latencyMilliseconds, serverErrorPercent, clientErrorPercent } = args.settings;
    this.thresholds = { latencyMilliseconds, serverErrorPercent, clientErrorPercent };
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

function topicPolicy(location: Location, topicName: string): aws.iam.PolicyDocument {
  const topicArn = arn(location, "sns", topicName);
  return policy(
    {
      Sid: "AllowAlarmsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { StringEquals: { "aws:SourceAccount": location.accountId } },
    },
    denyWithoutTls("sns:Publish", topicArn),
  );
}
