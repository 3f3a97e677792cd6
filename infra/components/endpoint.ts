import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LiveAccount, LiveBounds } from "../live/account";
import { deviation, requireServed } from "../live/served-configuration";
import { arn, type Location } from "../location";
import type { RoleConfig } from "../schema/role";
import type { ServingConfig } from "../schema/serving";
import type { ShadowConfig } from "../schema/shadow";
import type { AlarmTopic } from "./alarm-topic";
import type { DataBucket } from "./data-bucket";
import { endpointConfiguration, variantName } from "./endpoint-variant";
import { executionPolicy } from "./execution-policy";
import { liveConfiguration } from "./live-configuration";
import { serviceRole, type PermissionsToGrant, type ServiceRole } from "./service-role";

/** A model's archive and who may read it. */
export interface ModelArtifact {
  /** `s3://bucket/key/model.tar.gz`. */
  readonly uri: pulumi.Input<string>;
  /** Objects that the endpoint may read: this archive and those it may have to roll back to. */
  readonly readableArn: pulumi.Input<string>;
  /** ARN of the bucket that it is in. */
  readonly bucketArn: pulumi.Input<string>;
  /**
   * KMS keys that it may be encrypted with, as far as the role's policy must allow their use.
   * @default none
   */
  readonly kmsKeyArns?: readonly pulumi.Input<string>[];
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
   * A model that gets copies of requests and whose answers nobody sees.
   * @default none
   */
  readonly shadow?:
    | {
        readonly model: ModelArtifact;
        /**
         * Address of the image for the shadow's instances.
         * @default that of the endpoint's
         */
        readonly imageUri?: pulumi.Input<string>;
        readonly settings: ShadowConfig;
      }
    | undefined;
  /**
   * Between how many instances scaling moves it, at any time of its schedule: an update starts with as many as run.
   * @default none: an update starts with `serving.instanceCount`
   */
  readonly scaledBetween?: LiveBounds | undefined;
  /**
   * Where to look at what runs before an update, and at what is served after it.
   * @default nowhere: an update starts with `serving.instanceCount`, and a rollback is not noticed
   */
  readonly account?: LiveAccount | undefined;
  /**
   * How it moves to another model or configuration.
   * @default SageMaker's: all at once, without looking at alarms
   */
  readonly deployment?: aws.types.input.sagemaker.EndpointDeploymentConfig;
  /**
   * Topic that hears of errors of an async endpoint which names none itself.
   * @default none
   */
  readonly alarmTopic?: Pick<AlarmTopic, "topicArn" | "knownTopicArn"> | undefined;
  /**
   * Share of the requests to record in the data bucket, in percent.
   * @default none
   */
  readonly capturePercentage?: number;
  /**
   * The role to run with.
   * @default one is created
   */
  readonly role?: RoleConfig | undefined;
  /** Where recordings go, and the requests and answers of async endpoints. */
  readonly dataBucket: Pick<DataBucket, "bucketName" | "kmsKeyArn" | "keyToAllow">;
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
  /** The model's address, once the endpoint serves it. */
  readonly modelUri: pulumi.Output<string>;
  /** What the owner of an existing role has to allow. */
  readonly toGrant?: PermissionsToGrant;

  constructor(name: string, args: EndpointArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Endpoint", name, {}, options);
    const child = { parent: this };
    const role = serviceRole(
      `${name}-execution`,
      {
        service: "sagemaker.amazonaws.com",
        location: args.location,
        description: `What the endpoint ${args.endpointName} may do`,
        permissions: [{ resourceName: `${name}-execution`, policy: executionPolicy(args) }],
        settings: args.role,
      },
      child,
    );
    this.toGrant = role.toGrant;
    const model = this.createModel(name, args, args, role);
    const shadow = args.shadow && {
      modelName: this.createModel(`${name}-shadow`, args, { ...args, ...args.shadow }, role).name,
      settings: args.shadow.settings,
    };
    const wanted = endpointConfiguration({
      endpointName: args.endpointName,
      modelName: model.name,
      serving: args.serving,
      shadow,
      alarmTopicArn: args.alarmTopic?.topicArn,
      capturePercentage: args.capturePercentage,
      bucketName: args.dataBucket.bucketName,
      kmsKeyArn: args.dataBucket.kmsKeyArn,
    });
    const { endpointName, deployment, account } = args;
    const fleet = scaledFleet(args);
    const configuration = new aws.sagemaker.EndpointConfiguration(
      name,
      liveConfiguration({ name, endpointName, wanted, deployment, fleet, account }),
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
    this.modelUri = pulumi
      .all([args.model.uri, this.served(configuration, args)])
      .apply(([uri]) => uri);
    this.endpointArn = arn(args.location, "sagemaker", `endpoint/${args.endpointName}`);
    this.registerOutputs({ endpointName: this.endpointName, endpointArn: this.endpointArn });
  }

  /** The configuration's name, once the endpoint serves it; an error that says why where it does not. */
  private served(
    configuration: aws.sagemaker.EndpointConfiguration,
    { account, endpointName, deployment }: EndpointArgs,
  ): pulumi.Output<string> {
    const rollback = pulumi.output(deployment?.autoRollbackConfiguration);
    return pulumi
      .all([configuration.name, rollback, this.endpoint.endpointConfigName])
      .apply(async ([configurationName, watched]) => {
        const alarmNames = watched?.alarms?.map(({ alarmName }) => alarmName) ?? [];
        const rollout = { endpointName, configurationName, alarmNames };
        if (account !== undefined && pulumi.runtime.isDryRun()) {
          const message = await deviation(account, rollout);
          if (message !== undefined) {
            void pulumi.log.warn(message, this.endpoint);
          }
        } else if (account !== undefined) {
          await requireServed(account, rollout);
        }
        return configurationName;
      });
  }

  private createModel(
    name: string,
    { serving }: EndpointArgs,
    { imageUri, model }: Pick<EndpointArgs, "imageUri" | "model">,
    role: ServiceRole,
  ): aws.sagemaker.Model {
    const network = serving.mode === "serverless" ? undefined : serving.network;
    return new aws.sagemaker.Model(
      name,
      {
        executionRoleArn: role.arn,
        // The container gets its input from SageMaker and needs no network at all; serverless endpoints refuse to say so.
        enableNetworkIsolation: serving.mode !== "serverless" && (network?.isolated ?? true),
        vpcConfig: network && {
          subnets: network.subnetIds,
          securityGroupIds: network.securityGroupIds,
        },
        primaryContainer: { image: imageUri, modelDataUrl: model.uri },
      },
      // SageMaker reads the model and the image as soon as there is an endpoint. An automatic rollback, which the
      // provider can't see, leaves the endpoint on the old configuration and model: deleting them would break it.
      { parent: this, dependsOn: [...role.ready], retainOnDelete: true },
    );
  }
}

/** What scaling moves of an endpoint; absent where it has a fixed number of instances, or none at all. */
function scaledFleet({ endpointName, serving, scaledBetween }: EndpointArgs) {
  return scaledBetween === undefined || serving.mode === "serverless"
    ? undefined
    : { endpointName, variantName, instanceCount: serving.instanceCount, ...scaledBetween };
}
