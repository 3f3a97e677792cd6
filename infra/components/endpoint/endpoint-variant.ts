import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasLocalStorage } from "../../../packages/aws-facts/instance-types";
import { asyncPrefixes, capturePrefix } from "../../prefixes";
import type { ServingConfig } from "../../schema/serving";
import type { ShadowConfig } from "../../schema/shadow";

/** The one production variant; a second model is a second endpoint. */
export const variantName = "primary";

/** The variant that gets copies of requests, where there is one. */
export const shadowVariantName = "shadow";

/** What an endpoint's configuration is made from. */
export interface EndpointConfigurationOptions {
  /** The endpoint's name, which is the folder of what it writes. */
  readonly endpointName: string;
  /** Name of the model in SageMaker. */
  readonly modelName: pulumi.Input<string>;
  /** How the model is served. */
  readonly serving: ServingConfig;
  /** A second model, which gets copies of requests. Omit for none. */
  readonly shadow?:
    | { readonly modelName: pulumi.Input<string>; readonly settings: ShadowConfig }
    | undefined;
  /** Topic that hears of errors of an async endpoint which names none itself. Omit for none. */
  readonly alarmTopicArn?: pulumi.Input<string> | undefined;
  /** Share of the requests to record, in percent. Omit for none. */
  readonly capturePercentage: number | undefined;
  /** Where requests, answers and recordings are. */
  readonly bucketName: pulumi.Input<string>;
  /** KMS key of what is written to disks and to the bucket. Defaults to AWS's own. */
  readonly kmsKeyArn: pulumi.Input<string> | undefined;
}

function productionVariant(
  modelName: pulumi.Input<string>,
  serving: ServingConfig,
): aws.types.input.sagemaker.EndpointConfigurationProductionVariant {
  const variant = { variantName, modelName };
  if (serving.mode === "serverless") {
    return {
      ...variant,
      serverlessConfig: {
        memorySizeInMb: serving.memory,
        maxConcurrency: serving.maxConcurrency,
        provisionedConcurrency: serving.provisionedConcurrency,
      },
    };
  }
  return {
    ...variant,
    instanceType: serving.instanceType,
    initialInstanceCount: serving.instanceCount,
    initialVariantWeight: 1,
  };
}

/** Whether the disks can be encrypted with your own key: local disks, and what serverless runs on, take none. */
export function disksTakeKey(serving: ServingConfig, shadow: ShadowConfig | undefined): boolean {
  return (
    serving.mode !== "serverless" &&
    ![serving.instanceType, shadow?.instanceType ?? serving.instanceType].some(hasLocalStorage)
  );
}

function shadowVariants(
  options: EndpointConfigurationOptions,
): aws.types.input.sagemaker.EndpointConfigurationShadowProductionVariant[] | undefined {
  const { serving, shadow } = options;
  const own = serving.mode === "serverless" ? undefined : serving.instanceType;
  return (
    shadow && [
      {
        variantName: shadowVariantName,
        modelName: shadow.modelName,
        instanceType: shadow.settings.instanceType ?? own,
        initialInstanceCount: shadow.settings.instanceCount,
        // The share of copied requests is this weight in relation to the production variant's, which is 1.
        initialVariantWeight: shadow.settings.percentage / 100,
      },
    ]
  );
}

function notificationConfig({
  serving,
  alarmTopicArn,
}: EndpointConfigurationOptions):
  | aws.types.input.sagemaker.EndpointConfigurationAsyncInferenceConfigOutputConfigNotificationConfig
  | undefined {
  const topics = serving.mode === "async" ? serving.notifications : undefined;
  const successTopic = topics?.successTopicArn;
  const errorTopic = topics?.errorTopicArn ?? alarmTopicArn;
  return successTopic === undefined && errorTopic === undefined
    ? undefined
    : { successTopic, errorTopic };
}

/** A configuration whose variants can be looked at, whatever is unknown inside them. */
export interface WantedConfiguration extends aws.sagemaker.EndpointConfigurationArgs {
  readonly productionVariants: aws.types.input.sagemaker.EndpointConfigurationProductionVariant[];
}

/** The properties of a SageMaker endpoint configuration. */
export function endpointConfiguration(options: EndpointConfigurationOptions): WantedConfiguration {
  const { endpointName, serving, bucketName, capturePercentage, kmsKeyArn } = options;
  const address = (prefix: string) => pulumi.interpolate`s3://${bucketName}/${prefix}`;
  const { answers, errors } = asyncPrefixes(endpointName);
  return {
    productionVariants: [productionVariant(options.modelName, serving)],
    shadowProductionVariants: shadowVariants(options),
    kmsKeyArn: disksTakeKey(serving, options.shadow?.settings) ? kmsKeyArn : undefined,
    dataCaptureConfig:
      capturePercentage === undefined
        ? undefined
        : {
            enableCapture: true,
            initialSamplingPercentage: capturePercentage,
            destinationS3Uri: address(capturePrefix(endpointName)),
            kmsKeyId: kmsKeyArn,
            captureOptions: [{ captureMode: "Input" }, { captureMode: "Output" }],
          },
    asyncInferenceConfig:
      serving.mode === "async"
        ? {
            outputConfig: {
              s3OutputPath: address(answers),
              s3FailurePath: address(errors),
              kmsKeyId: kmsKeyArn,
              notificationConfig: notificationConfig(options),
            },
            clientConfig: { maxConcurrentInvocationsPerInstance: serving.concurrentPerInstance },
          }
        : undefined,
  };
}
