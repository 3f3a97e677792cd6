import * as pulumi from "@pulumi/pulumi";
import type { Location } from "../location";
import type { ModelSource } from "../model-source";
import { endpointName, functionName, type Naming } from "../names";
import type { EndpointConfig } from "../schema/endpoint";
import { defaultThresholds } from "../schema/monitoring";
import type { AlarmTopic } from "./alarm-topic";
import type { DashboardEndpoint } from "./dashboard";
import type { DataBucket } from "./data-bucket";
import { Endpoint } from "./endpoint";
import { EndpointAlarms } from "./endpoint-alarms";
import { EndpointScaling } from "./endpoint-scaling";
import { ClassifyFunction } from "./function";
import type { Image } from "./image";
import { modelArtifact } from "./model-artifact";
import { deploymentConfig } from "./rollout";

/** Arguments of {@link Classifier}. */
export interface ClassifierArgs {
  /** Project and stack, for the names of what is created. */
  readonly naming: Naming;
  /** Account and region of the stack. */
  readonly location: Location;
  /** Where a model of this repository goes. */
  readonly dataBucket: DataBucket;
  /** The image that serves the model. */
  readonly image: Image;
  /** The model to serve. */
  readonly model: ModelSource;
  /** Serving, scaling, rollout and function. */
  readonly settings: EndpointConfig;
  /**
   * When alarms go off and who hears them.
   * @default alarms only where a rollout looks at them, heard by no one
   */
  readonly alarms?: Pick<AlarmTopic, "topicArn" | "thresholds">;
  /**
   * Makes the function's bundle; called only where there is a function.
   *
   * @returns the directory with `index.mjs`
   */
  readonly buildFunction: () => string;
}

/** One model from its archive to the caller: endpoint, scaling and function, as far as they are configured. */
export class Classifier extends pulumi.ComponentResource {
  /** The endpoint's name. */
  readonly endpointName: pulumi.Output<string>;
  /** The function's name; absent without `function`. */
  readonly functionName?: pulumi.Output<string>;
  /** The function's address; absent without `function` or with `access: {type: "none"}`. */
  readonly functionUrl?: pulumi.Output<string>;

  /** What a dashboard shows of it. */
  readonly shown: DashboardEndpoint;

  constructor(name: string, args: ClassifierArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Classifier", name, {}, options);
    const { naming, location, dataBucket, image, settings } = args;
    const child = { parent: this };
    const physicalName = endpointName(naming, name, settings.serving);
    const lambdaName = settings.function && functionName(naming, name);
    this.shown = { title: name, endpointName: physicalName, functionName: lambdaName };
    const endpoint = new Endpoint(
      name,
      {
        endpointName: physicalName,
        location,
        imageUri: image.imageUri,
        repositoryArn: image.repositoryArn,
        model: modelArtifact(name, { location, dataBucket, source: args.model }, child),
        serving: settings.serving,
        deployment: this.deployment(name, args),
        capturePercentage: settings.capture?.percentage,
        dataBucket,
      },
      child,
    );
    this.endpointName = endpoint.endpointName;
    if (settings.scaling !== undefined) {
      new EndpointScaling(name, { endpoint: endpoint.endpoint, scaling: settings.scaling }, child);
    }
    if (settings.function !== undefined) {
      const classify = new ClassifyFunction(
        name,
        {
          functionName: functionName(naming, name),
          location,
          code: new pulumi.asset.FileArchive(args.buildFunction()),
          endpointName: endpoint.endpointName,
          endpointArn: endpoint.endpointArn,
          permissionName: physicalName,
          settings: settings.function,
        },
        child,
      );
      this.functionName = classify.functionName;
      this.functionUrl = classify.functionUrl;
    }
    this.registerOutputs({
      endpointName: this.endpointName,
      functionName: this.functionName,
      functionUrl: this.functionUrl,
    });
  }

  /** Alarms exist before the endpoint does: the very first update can be rolled back. */
  private deployment(
    name: string,
    { settings, alarms: topic }: ClassifierArgs,
  ): ReturnType<typeof deploymentConfig> | undefined {
    const { serving, scaling, rollout } = settings;
    if (topic === undefined && rollout.strategy === "all-at-once") {
      return undefined;
    }
    const alarms = new EndpointAlarms(
      name,
      {
        endpointName: this.shown.endpointName,
        functionName: this.shown.functionName,
        serving,
        scaling,
        thresholds: topic?.thresholds ?? defaultThresholds,
        topicArn: topic?.topicArn,
      },
      { parent: this },
    );
    // Serverless endpoints change all at once and know no rollback.
    return serving.mode === "serverless"
      ? undefined
      : deploymentConfig(rollout, alarms.rollbackAlarmNames);
  }
}
