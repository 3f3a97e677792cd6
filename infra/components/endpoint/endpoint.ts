import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { LiveAccountError } from "../../live/account";
import { deviation } from "../../live/served-configuration";
import { arn } from "../../location";
import { widestBounds } from "../../schema/scaling";
import { instanceTypeOf } from "../../schema/serving";
import type { EndpointArgs, ModelArtifact } from "./endpoint-args";
import { endpointConfiguration, variantName } from "./endpoint-variant";
import { executionPolicy } from "./execution-policy";
import { liveConfiguration } from "./live-configuration";
import { serviceRole, type PermissionsToGrant, type ServiceRole } from "../roles/service-role";

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
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: EndpointArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Endpoint", name, {}, options);
    const { settings } = args;
    const child = { parent: this };
    const role = serviceRole(
      `${name}-execution`,
      {
        service: "sagemaker.amazonaws.com",
        location: args.location,
        description: `What the endpoint ${args.endpointName} may do`,
        permissions: [{ resourceName: `${name}-execution`, policy: executionPolicy(args) }],
        settings: settings.role,
      },
      child,
    );
    this.toGrant = role.toGrant;
    const model = this.createModel(name, args, instanceTypeOf(settings.serving), args.model, role);
    const shadow =
      settings.shadow &&
      this.createModel(
        `${name}-shadow`,
        args,
        settings.shadow.instanceType,
        args.shadowModel ?? args.model,
        role,
        // Below the other model: another endpoint's may be called the same.
        model,
      );
    const wanted = endpointConfiguration(args, { model: model.name, shadow: shadow?.name });
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
        const message = account && (await deviation(account, rollout));
        if (message !== undefined && !pulumi.runtime.isDryRun()) {
          throw new LiveAccountError(message);
        }
        if (message !== undefined) {
          void pulumi.log.warn(message, this.endpoint);
        }
        return configurationName;
      });
  }

  private createModel(
    name: string,
    { settings: { serving }, image }: EndpointArgs,
    instanceType: string | undefined,
    { uri }: ModelArtifact,
    role: ServiceRole,
    parent: pulumi.Resource = this,
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
        primaryContainer: { image: image.uriFor(instanceType), modelDataUrl: uri },
      },
      // SageMaker reads the model and the image as soon as there is an endpoint. An automatic rollback, which the
      // provider can't see, leaves the endpoint on the old configuration and model: deleting them would break it.
      { parent, dependsOn: [...role.ready], retainOnDelete: true },
    );
  }
}

/** What scaling moves of an endpoint; absent where it has a fixed number of instances, or none at all. */
function scaledFleet({ endpointName, settings: { serving, scaling } }: EndpointArgs) {
  return scaling === undefined || serving.mode === "serverless"
    ? undefined
    : {
        endpointName,
        variantName,
        instanceCount: serving.instanceCount,
        ...widestBounds(scaling),
      };
}
