import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, trust } from "../iam/documents";
import {
  createAndWriteLogs,
  publishMetrics,
  pullImage,
  readObjects,
  useKey,
} from "../iam/statements";
import { arn, type Location } from "../location";
import { endpointLogGroupName } from "../names";
import type { ServingConfig } from "../schema/endpoint";

/** The one production variant; a second model is a second endpoint. */
export const variantName = "primary";

/** A model's archive and who may read it. */
export interface ModelArtifact {
  /** `s3://bucket/key/model.tar.gz`. */
  readonly uri: pulumi.Input<string>;
  /** Objects that the endpoint may read: this archive and those it may have to roll back to. */
  readonly readableArn: pulumi.Input<string>;
  /** KMS key of the bucket, where it has one. */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** Arguments of {@link Endpoint}. */
export interface EndpointArgs {
  /** The endpoint's name in SageMaker: another one whenever it must be replaced (see `endpointName`). */
  readonly endpointName: string;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Address of the inference image, with its digest. */
  readonly imageUri: pulumi.Input<string>;
  /** ARN of the image's repository. */
  readonly repositoryArn: pulumi.Input<string>;
  /** The model to serve. */
  readonly model: ModelArtifact;
  /** How it is served. */
  readonly serving: ServingConfig;
}

/**
 * A model behind a SageMaker endpoint, with a role that can do nothing but load and run it.
 *
 * A new model or instance count is a new configuration, to which the endpoint moves without a gap. What an endpoint
 * can't change in place comes with a new name, so that the new endpoint is there before the old one goes.
 */
export class Endpoint extends pulumi.ComponentResource {
  /** The endpoint's name. */
  readonly endpointName: pulumi.Output<string>;
  /** The endpoint's ARN, known in a preview. */
  readonly endpointArn: pulumi.Output<string>;
  /** For what must wait until the endpoint serves, or goes when it goes. */
  readonly endpoint: aws.sagemaker.Endpoint;

  constructor(name: string, args: EndpointArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Endpoint", name, {}, options);
    const child = { parent: this };
    const role = new aws.iam.Role(
      `${name}-execution`,
      {
        description: `What the endpoint ${args.endpointName} may do`,
        assumeRolePolicy: trust("sagemaker.amazonaws.com", args.location.accountId),
      },
      child,
    );
    const permissions = new aws.iam.RolePolicy(
      `${name}-execution`,
      { role: role.name, policy: executionPolicy(args) },
      { parent: role },
    );
    const model = new aws.sagemaker.Model(
      name,
      {
        executionRoleArn: role.arn,
        // The container gets its input from SageMaker and needs no network at all.
        enableNetworkIsolation: true,
        primaryContainer: { image: args.imageUri, modelDataUrl: args.model.uri },
      },
      // SageMaker reads the model and the image as soon as there is an endpoint. An automatic rollback, which the
      // provider can't see, leaves the endpoint on the old configuration and model: deleting them would break it.
      { ...child, dependsOn: permissions, retainOnDelete: true },
    );
    const configuration = new aws.sagemaker.EndpointConfiguration(
      name,
      { productionVariants: [productionVariant(model.name, args.serving)] },
      { ...child, retainOnDelete: true },
    );
    this.endpoint = new aws.sagemaker.Endpoint(
      name,
      { name: args.endpointName, endpointConfigName: configuration.name },
      child,
    );
    this.endpointName = this.endpoint.name;
    this.endpointArn = arn(args.location, "sagemaker", `endpoint/${args.endpointName}`);
    this.registerOutputs({ endpointName: this.endpointName, endpointArn: this.endpointArn });
  }
}

function executionPolicy(args: EndpointArgs): aws.iam.PolicyDocument {
  const logGroup = `log-group:${endpointLogGroupName(args.endpointName)}`;
  return policy(
    readObjects(args.model.readableArn),
    args.model.kmsKeyArn === undefined ? [] : useKey(args.model.kmsKeyArn),
    pullImage(args.repositoryArn),
    createAndWriteLogs(arn(args.location, "logs", logGroup)),
    publishMetrics("/aws/sagemaker/Endpoints"),
  );
}

function productionVariant(
  modelName: pulumi.Input<string>,
  serving: ServingConfig,
): aws.types.input.sagemaker.EndpointConfigurationProductionVariant {
  return {
    variantName,
    modelName,
    instanceType: serving.instanceType,
    initialInstanceCount: serving.instanceCount,
    initialVariantWeight: 1,
  };
}
