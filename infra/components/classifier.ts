import * as pulumi from "@pulumi/pulumi";
import type { Location } from "../location";
import type { ModelSource } from "../model-source";
import { endpointName, functionName, type Naming } from "../names";
import type { EndpointConfig } from "../schema/endpoint";
import type { DataBucket } from "./data-bucket";
import { Endpoint } from "./endpoint";
import { EndpointScaling } from "./endpoint-scaling";
import { ClassifyFunction } from "./function";
import type { Image } from "./image";
import { modelArtifact } from "./model-artifact";

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
  /** Serving, scaling and function. */
  readonly settings: EndpointConfig;
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

  constructor(name: string, args: ClassifierArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:Classifier", name, {}, options);
    const { naming, location, dataBucket, image, settings } = args;
    const child = { parent: this };
    const physicalName = endpointName(naming, name, settings.serving);
    const endpoint = new Endpoint(
      name,
      {
        endpointName: physicalName,
        location,
        imageUri: image.imageUri,
        repositoryArn: image.repositoryArn,
        model: modelArtifact(name, { location, dataBucket, source: args.model }, child),
        serving: settings.serving,
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
}
