import * as pulumi from "@pulumi/pulumi";
import type { Context } from "../../context";
import type { LiveAccount } from "../../live/account";
import type { ModelSource } from "../../model-source";
import { endpointName, nameInStack } from "../../names";
import type { EndpointConfig } from "../../schema/endpoint";
import { defaultThresholds } from "../../schema/monitoring";
import type { AlarmTopic } from "../monitoring/alarm-topic";
import type { DashboardEndpoint } from "../monitoring/dashboard";
import type { DataBucket } from "../storage/data-bucket";
import { Endpoint } from "./endpoint";
import { EndpointAlarms } from "./endpoint-alarms";
import { EndpointScaling } from "./endpoint-scaling";
import { shadowVariantName } from "./endpoint-variant";
import { ExistingEndpoint } from "./existing-endpoint";
import { ClassifyFunction } from "../function/function";
import type { Image } from "../images/image";
import { modelArtifact } from "./model-artifact";
import { deploymentConfig } from "./rollout";
import type { PermissionsToGrant } from "../roles/service-role";

export interface ClassifierArgs extends Context {
  /**
   * Where a local model is uploaded to.
   * @default none: only for an existing endpoint
   */
  readonly dataBucket?: DataBucket | undefined;
  /**
   * The image that serves the model.
   * @default none: only for an existing endpoint
   */
  readonly image?: Image | undefined;
  /**
   * The model to serve.
   * @default that of the existing endpoint in `settings`
   */
  readonly model?: ModelSource | undefined;
  /** Serving, scaling, rollout and function. */
  readonly settings: EndpointConfig;
  /**
   * When alarms go off and who hears them.
   * @default alarms only where a rollout looks at them, heard by no one
   */
  readonly alarms?: Pick<AlarmTopic, "topicArn" | "knownTopicArn" | "thresholds">;
  /**
   * Where to look at the instances that run: without it, an update starts with as few as a first start.
   * @default nowhere
   */
  readonly account?: LiveAccount | undefined;
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
  /** Address of the model that the endpoint serves; absent where it is somebody else's. */
  readonly modelUri?: pulumi.Output<string>;
  /** The function's name; absent without `function`. */
  readonly functionName?: pulumi.Output<string>;
  /** The function's address; absent without `function` or with `access: {type: "none"}`. */
  readonly functionUrl?: pulumi.Output<string>;

  /** What a dashboard shows of it. */
  readonly dashboardEndpoint: DashboardEndpoint;
  /** What the owners of existing roles have to allow. */
  readonly toGrant: readonly PermissionsToGrant[];

  constructor(name: string, args: ClassifierArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Classifier", name, {}, options);
    const { naming, location, settings } = args;
    const child = { parent: this };
    const physicalName =
      settings.existing ??
      endpointName(naming, name, {
        ...settings.serving,
        rollsBack: settings.serving.mode !== "serverless" && isWatched(args),
      });
    const existing =
      settings.existing === undefined
        ? undefined
        : new ExistingEndpoint(name, { endpointName: settings.existing, location }, child);
    this.dashboardEndpoint = {
      title: name,
      endpointName: physicalName,
      variantName: existing?.variantName,
      shadowVariantName: settings.shadow && shadowVariantName,
      functionName: settings.function && nameInStack(naming, name),
    };
    const endpoint = existing ?? this.createEndpoint(name, physicalName, args);
    if (existing !== undefined) {
      // Nothing is rolled out here, but whoever changes the endpoint hears of it.
      this.deployment(name, args);
    }
    this.endpointName = endpoint.endpointName;
    if (settings.scaling !== undefined) {
      const { scaling } = settings;
      const existingVariant = existing?.variantName;
      const { account } = args;
      new EndpointScaling(
        name,
        { endpoint: endpoint.endpoint, existingVariant, scaling, account },
        child,
      );
    }
    let classify: ClassifyFunction | undefined;
    if (settings.function !== undefined) {
      classify = new ClassifyFunction(
        name,
        {
          functionName: nameInStack(naming, name),
          location,
          code: new pulumi.asset.FileArchive(args.buildFunction()),
          endpointName: endpoint.endpointName,
          endpointArn: endpoint.endpointArn,
          permissionName: physicalName,
          kmsKeyArn: args.dataBucket?.kmsKeyArn,
          keyToAllow: args.dataBucket?.keyToAllow(settings.function.role),
          settings: settings.function,
        },
        child,
      );
      this.functionName = classify.functionName;
      this.functionUrl = classify.functionUrl;
    }
    const own = endpoint instanceof Endpoint ? endpoint : undefined;
    this.modelUri = own?.modelUri;
    this.toGrant = [own, classify].flatMap((user) => user?.toGrant ?? []);
    this.registerOutputs({
      endpointName: this.endpointName,
      functionName: this.functionName,
      functionUrl: this.functionUrl,
    });
  }

  private createEndpoint(name: string, physicalName: string, args: ClassifierArgs): Endpoint {
    const { location, dataBucket, image, settings, model: source } = args;
    const { role } = settings;
    if (source === undefined || dataBucket === undefined || image === undefined) {
      const needed = "a model, a data bucket and an image, or an existing endpoint";
      throw new pulumi.ResourceError(`${name} needs ${needed}.`, this, true);
    }
    const child = { parent: this };
    const shadowSource = settings.shadow?.model;
    return new Endpoint(
      name,
      {
        endpointName: physicalName,
        location,
        image,
        model: modelArtifact({ location, dataBucket, role, source }),
        shadowModel:
          shadowSource && modelArtifact({ location, dataBucket, role, source: shadowSource }),
        settings,
        account: args.account,
        alarmTopic: args.alarms,
        deployment: this.deployment(name, args),
        dataBucket,
      },
      child,
    );
  }

  /** Alarms exist before the endpoint does: the very first update can be rolled back. */
  private deployment(
    name: string,
    args: ClassifierArgs,
  ): ReturnType<typeof deploymentConfig> | undefined {
    const { settings, alarms: topic } = args;
    const { serving, scaling, rollout } = settings;
    if (!isWatched(args)) {
      return undefined;
    }
    const alarms = new EndpointAlarms(
      name,
      {
        endpointName: this.dashboardEndpoint.endpointName,
        variantName: this.dashboardEndpoint.variantName,
        functionName: this.dashboardEndpoint.functionName,
        keepsDeadLetters: settings.function?.deadLetters !== undefined,
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

/** Whether there are alarms on the endpoint, which roll its updates back. */
function isWatched({ alarms, settings }: ClassifierArgs): boolean {
  return alarms !== undefined || settings.rollout.strategy !== "all-at-once";
}
