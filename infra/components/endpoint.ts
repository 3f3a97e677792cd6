import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policy, trust } from "../iam/documents";
import {
  createAndWriteLogs,
  publishMetrics,
  pullImage,
  readObjects,
  useKey,
  writeObjects,
} from "../iam/statements";
import { arn, bucketArn, type Location } from "../location";
import { endpointLogGroupName } from "../names";
import type { ServingConfig } from "../schema/serving";
import type { DataBucket } from "./data-bucket";
import { asyncPrefixes, capturePrefix, endpointConfiguration } from "./endpoint-variant";

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
  /**
   * How it moves to another model or configuration.
   * @default SageMaker's: all at once, without looking at alarms
   */
  readonly deployment?: aws.types.input.sagemaker.EndpointDeploymentConfig;
  /**
   * Share of the requests to record in the data bucket, in percent.
   * @default none
   */
  readonly capturePercentage?: number;
  /** Where recordings go, and the requests and answers of async endpoints. */
  readonly dataBucket: Pick<DataBucket, "bucketName" | "kmsKeyArn">;
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
        // The container gets its input from SageMaker and needs no network at all; serverless endpoints refuse to say so.
        enableNetworkIsolation: args.serving.mode !== "serverless",
        primaryContainer: { image: args.imageUri, modelDataUrl: args.model.uri },
      },
      // SageMaker reads the model and the image as soon as there is an endpoint. An automatic rollback, which the
      // provider can't see, leaves the endpoint on the old configuration and model: deleting them would break it.
      { ...child, dependsOn: permissions, retainOnDelete: true },
    );
    const configuration = new aws.sagemaker.EndpointConfiguration(
      name,
      endpointConfiguration({
        endpointName: args.endpointName,
        modelName: model.name,
        serving: args.serving,
        capturePercentage: args.capturePercentage,
        bucketName: args.dataBucket.bucketName,
        kmsKeyArn: args.dataBucket.kmsKeyArn,
      }),
      { ...child, retainOnDelete: true },
    );
    this.endpoint = new aws.sagemaker.Endpoint(
      name,
      {
        name: args.endpointName,
        endpointConfigName: configuration.name,
        deploymentConfig: args.deployment,
      },
      child,
    );
    this.endpointName = this.endpoint.name;
    this.endpointArn = arn(args.location, "sagemaker", `endpoint/${args.endpointName}`);
    this.registerOutputs({ endpointName: this.endpointName, endpointArn: this.endpointArn });
  }
}

function executionPolicy(args: EndpointArgs): aws.iam.PolicyDocument {
  const { location, endpointName, model, dataBucket } = args;
  const { requests, answers, errors } = asyncPrefixes(endpointName);
  const objects = (...folders: string[]) =>
    folders.map((folder) => bucketArn(location, dataBucket.bucketName, `${folder}*`));
  const isAsync = args.serving.mode === "async";
  const written = [
    ...(isAsync ? [answers, errors] : []),
    ...(args.capturePercentage === undefined ? [] : [capturePrefix(endpointName)]),
  ];
  const keys = [model.kmsKeyArn, written.length > 0 ? dataBucket.kmsKeyArn : undefined];
  const [key] = keys.filter((arn) => arn !== undefined);
  return policy(
    readObjects(model.readableArn, ...(isAsync ? objects(requests) : [])),
    written.length > 0 ? writeObjects(...objects(...written)) : [],
    key === undefined ? [] : useKey(key),
    pullImage(args.repositoryArn),
    createAndWriteLogs(arn(location, "logs", `log-group:${endpointLogGroupName(endpointName)}`)),
    publishMetrics("/aws/sagemaker/Endpoints"),
  );
}
