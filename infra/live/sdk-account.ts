import { LiveAccountError, type LiveAccount } from "./account";
import { clientConfig, type Connection } from "./connection";
import { alarmOf, endpointOf, unlessMissing } from "./describe";

/** What may be asked; each is also an IAM action. */
type Action =
  | "sagemaker:DescribeEndpoint"
  | "sagemaker:DescribeEndpointConfig"
  | "sagemaker:ListEndpoints"
  | "application-autoscaling:DescribeScalableTargets"
  | "cloudwatch:DescribeAlarms";

/** Says what could not be found out, and how to change that. */
function explain(action: Action, subject: string, error: unknown): LiveAccountError {
  const { name, message } = error as Error;
  const why = "An update must know what runs, so that it never leaves fewer instances";
  if (/AccessDenied|UnauthorizedOperation/.test(name)) {
    return new LiveAccountError(
      `The credentials of this update may not call ${action} (${subject}). ${why}: allow ${action} to whoever runs pulumi. AWS says: ${message}`,
    );
  }
  if (name === "CredentialsProviderError") {
    return new LiveAccountError(
      `There are no AWS credentials to ask for ${subject} with. ${why}: set aws:profile, AWS_PROFILE or AWS_ACCESS_KEY_ID, or log in again. The SDK says: ${message}`,
    );
  }
  return new LiveAccountError(
    `${action} of ${subject} failed. ${why}. AWS says: ${name}: ${message}`,
  );
}

/** The answer to a question, or undefined where AWS has nothing of that name. */
async function ask<T>(
  action: Action,
  subject: string,
  call: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await unlessMissing(call());
  } catch (error) {
    throw explain(action, subject, error);
  }
}

/**
 * The account that Pulumi's provider works in, asked through the AWS SDK.
 *
 * The provider has no look-up for the number of instances that run. Nothing is loaded or asked before the first question.
 */
export function sdkAccount(connection: Connection): LiveAccount {
  const sageMaker = async () => {
    const sdk = await import("@aws-sdk/client-sagemaker");
    return { sdk, client: new sdk.SageMakerClient(await clientConfig(connection, "sagemaker")) };
  };
  return {
    async endpoint(name) {
      const { sdk, client } = await sageMaker();
      const answer = await ask("sagemaker:DescribeEndpoint", name, () =>
        client.send(new sdk.DescribeEndpointCommand({ EndpointName: name })),
      );
      return answer && endpointOf(answer);
    },

    async endpointNames(text) {
      const { sdk, client } = await sageMaker();
      const names = await ask("sagemaker:ListEndpoints", text, async () => {
        const pages = sdk.paginateListEndpoints({ client }, { NameContains: text });
        const found: string[] = [];
        for await (const { Endpoints = [] } of pages) {
          found.push(...Endpoints.map(({ EndpointName }) => EndpointName!));
        }
        return found;
      });
      return names ?? [];
    },

    async initialInstances(configurationName, variantName) {
      const { sdk, client } = await sageMaker();
      const answer = await ask("sagemaker:DescribeEndpointConfig", configurationName, () =>
        client.send(
          new sdk.DescribeEndpointConfigCommand({ EndpointConfigName: configurationName }),
        ),
      );
      const variants = answer?.ProductionVariants ?? [];
      return variants.find(({ VariantName }) => VariantName === variantName)?.InitialInstanceCount;
    },

    async bounds(resourceIds) {
      const sdk = await import("@aws-sdk/client-application-auto-scaling");
      const client = new sdk.ApplicationAutoScalingClient(
        await clientConfig(connection, "appautoscaling"),
      );
      const answer = await ask(
        "application-autoscaling:DescribeScalableTargets",
        resourceIds.join(", "),
        () =>
          client.send(
            new sdk.DescribeScalableTargetsCommand({
              ServiceNamespace: "sagemaker",
              ResourceIds: [...resourceIds],
            }),
          ),
      );
      return new Map(
        (answer?.ScalableTargets ?? []).map(({ ResourceId, MinCapacity, MaxCapacity }) => [
          ResourceId!,
          { minInstances: MinCapacity!, maxInstances: MaxCapacity! },
        ]),
      );
    },

    async alarms(names) {
      const sdk = await import("@aws-sdk/client-cloudwatch");
      const client = new sdk.CloudWatchClient(await clientConfig(connection, "cloudwatch"));
      const answer = await ask("cloudwatch:DescribeAlarms", names.join(", "), () =>
        client.send(new sdk.DescribeAlarmsCommand({ AlarmNames: [...names] })),
      );
      return (answer?.MetricAlarms ?? []).map(alarmOf);
    },
  };
}
