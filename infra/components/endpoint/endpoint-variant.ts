import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { hasLocalStorage } from "../../../packages/aws-facts/instance-types";
import { asyncPrefixes, capturePrefix } from "../../prefixes";
import type { ServingConfig } from "../../schema/serving";
import type { EndpointArgs } from "./endpoint-args";

type Configuration = aws.sagemaker.EndpointConfigurationArgs;
type Variant = aws.types.input.sagemaker.EndpointConfigurationProductionVariant;

/** The one production variant; a second model is a second endpoint. */
export const variantName = "primary";

/** The variant that gets copies of requests, where there is one. */
export const shadowVariantName = "shadow";

/** A configuration whose variants can be looked at, whatever is unknown inside them. */
export interface WantedConfiguration extends Configuration {
  readonly productionVariants: Variant[];
}

/** The names that SageMaker gave the models. */
export interface ModelNames {
  readonly model: pulumi.Input<string>;
  /** Omit without a shadow. */
  readonly shadow: pulumi.Input<string> | undefined;
}

/** The properties of a SageMaker endpoint configuration. */
export function endpointConfiguration(args: EndpointArgs, names: ModelNames): WantedConfiguration {
  const { endpointName, settings, dataBucket } = args;
  const { serving, shadow, capture } = settings;
  const { bucketName, kmsKeyArn } = dataBucket;
  return {
    productionVariants: [productionVariant(names.model, serving)],
    shadowProductionVariants: shadow && [
      {
        variantName: shadowVariantName,
        modelName: names.shadow,
        instanceType: shadow.instanceType,
        initialInstanceCount: shadow.instanceCount,
        // The share of copied requests is this weight in relation to the production variant's, which is 1.
        initialVariantWeight: shadow.percentage / 100,
      },
    ],
    kmsKeyArn: disksTakeKey(settings) ? kmsKeyArn : undefined,
    dataCaptureConfig: capture && {
      enableCapture: true,
      initialSamplingPercentage: capture.percentage,
      destinationS3Uri: pulumi.interpolate`s3://${bucketName}/${capturePrefix(endpointName)}`,
      kmsKeyId: kmsKeyArn,
      captureOptions: [{ captureMode: "Input" }, { captureMode: "Output" }],
    },
    asyncInferenceConfig: serving.mode === "async" ? asyncInference(serving, args) : undefined,
  };
}

function productionVariant(modelName: pulumi.Input<string>, serving: ServingConfig): Variant {
  const variant = { variantName, modelName };
  if (serving.mode === "serverless") {
    const { memory: memorySizeInMb, maxConcurrency, provisionedConcurrency } = serving;
    return {
      ...variant,
      serverlessConfig: { memorySizeInMb, maxConcurrency, provisionedConcurrency },
    };
  }
  const { instanceType, instanceCount: initialInstanceCount } = serving;
  return { ...variant, instanceType, initialInstanceCount, initialVariantWeight: 1 };
}

function asyncInference(
  { notifications, concurrentPerInstance }: ServingConfig & { readonly mode: "async" },
  { endpointName, dataBucket: { bucketName, kmsKeyArn }, alarmTopic }: EndpointArgs,
): Configuration["asyncInferenceConfig"] {
  const { answers, errors } = asyncPrefixes(endpointName);
  const successTopic = notifications?.successTopicArn;
  const errorTopic = notifications?.errorTopicArn ?? alarmTopic?.topicArn;
  return {
    outputConfig: {
      s3OutputPath: pulumi.interpolate`s3://${bucketName}/${answers}`,
      s3FailurePath: pulumi.interpolate`s3://${bucketName}/${errors}`,
      kmsKeyId: kmsKeyArn,
      notificationConfig:
        successTopic === undefined && errorTopic === undefined
          ? undefined
          : { successTopic, errorTopic },
    },
    clientConfig: { maxConcurrentInvocationsPerInstance: concurrentPerInstance },
  };
}

/** Whether the disks can be encrypted with your own key: local disks, and what serverless runs on, take none. */
export function disksTakeKey({ serving, shadow }: EndpointArgs["settings"]): boolean {
  return (
    serving.mode !== "serverless" &&
    ![serving.instanceType, shadow?.instanceType ?? serving.instanceType].some(hasLocalStorage)
  );
}
