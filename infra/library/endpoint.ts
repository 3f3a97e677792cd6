import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Classifier } from "../components/endpoint/classifier";
import type { Context } from "../context";
import { platformsInUse, type Platform } from "../platform";
import { projectRoot } from "../project-root";
import { liveAccount } from "../provider";
import { resolveEndpoint, type EndpointConfig } from "../schema/endpoint";
import type { Alarms } from "./alarms";
import { ArgumentError, checkArguments } from "./arguments";
import { currentContext, type RegionArgs } from "./context";
import { DataBucket } from "./data-bucket";
import { InferenceImage } from "./inference-image";
import type { EndpointSettings } from "./settings.generated";

/** Arguments of {@link Endpoint}. */
export interface EndpointArgs extends EndpointSettings, RegionArgs {
  /**
   * Bucket for the model and for recorded requests.
   * @default a bucket of the endpoint's own
   */
  readonly dataBucket?: DataBucket;
  /**
   * Image that serves the model.
   * @default an image of the endpoint's own
   */
  readonly image?: InferenceImage;
  /**
   * Topic that the endpoint's alarms are published to.
   * @default alarms only where `rollout` needs them to roll back, and nobody is notified
   */
  readonly alarms?: Alarms;
}

/**
 * An image classifier behind a SageMaker endpoint, with a role that can load and run its model and nothing else.
 *
 * Every setting is the one of the same name below `kennel:endpoints.<name>` in a Kennel stack. Settings are plain values,
 * known in a preview.
 *
 * @example
 * ```ts
 * const dogs = new Endpoint("dogs", { model: "model" });
 * export const endpointName = dogs.endpointName;
 * ```
 * @example
 * ```ts
 * new Endpoint("dogs", {
 *   model: "model",
 *   scaling: { minInstances: 2, maxInstances: 4 },
 *   rollout: { strategy: "canary" },
 *   function: {},
 * });
 * ```
 */
export class Endpoint extends pulumi.ComponentResource {
  /** The endpoint's name in SageMaker. */
  readonly endpointName: pulumi.Output<string>;
  /** Address of the model that the endpoint serves; undefined for an existing endpoint. */
  readonly modelUri: pulumi.Output<string> | undefined;
  /** Name of the Lambda function; undefined without `function`. */
  readonly functionName: pulumi.Output<string> | undefined;
  /** Address of the function; undefined without `function` or with `access: {type: "none"}`. */
  readonly functionUrl: pulumi.Output<string> | undefined;

  /**
   * @param name 1 to 20 lower-case letters, digits and single hyphens between them, a letter first
   * @throws ArgumentError naming every argument that is wrong, what is allowed and an example
   */
  constructor(name: string, args: EndpointArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:components:Endpoint", name, {}, options);
    const { region, dataBucket, image, alarms, ...given } = args;
    const settings = checkEndpoint(name, given);
    const child = { parent: this };
    const context = currentContext({ region }, child);
    const classifier = new Classifier(
      name,
      {
        ...context,
        settings,
        model: settings.model,
        ...(settings.existing === undefined && {
          dataBucket: dataBucket ?? new DataBucket(name, { region }, child),
          image:
            image ?? new InferenceImage(name, { region, platforms: platformsOf(settings) }, child),
        }),
        alarms,
        account: this.liveAccount(context),
        buildFunction: () => path.join(projectRoot, "functions", "classify", "dist"),
      },
      child,
    );
    this.endpointName = classifier.endpointName;
    this.modelUri = classifier.modelUri;
    this.functionName = classifier.functionName;
    this.functionUrl = classifier.functionUrl;
    const { endpointName, modelUri, functionName, functionUrl } = this;
    this.registerOutputs({ endpointName, modelUri, functionName, functionUrl });
  }

  /** The configuration's account; that of an explicit provider can't be asked by the program. */
  private liveAccount({ location: { region } }: Context): ReturnType<typeof liveAccount> {
    return this.getProvider("aws:sagemaker/endpoint:Endpoint") === undefined
      ? liveAccount({ region })
      : undefined;
  }
}

/** A model directory is the program's: its path counts from the working directory, which Pulumi sets to the project's. */
function checkEndpoint(name: string, { model, ...others }: EndpointSettings): EndpointConfig {
  const isDirectory = model !== undefined && !/:\/\/|\.tar\.gz$/.test(model);
  const given = { ...others, model: isDirectory ? path.resolve(model) : model };
  const component = `new Endpoint(${JSON.stringify(name)})`;
  const settings = checkArguments(component, ["endpoints", name], given, ({ endpoints }) =>
    resolveEndpoint(endpoints[name]!),
  );
  if (settings.model === undefined && settings.existing === undefined) {
    throw new ArgumentError(component, [
      'model is missing. Allowed: a model directory, a key in the data bucket, or an S3 URI of a model.tar.gz. Example: "model"',
    ]);
  }
  return settings;
}

function platformsOf(settings: EndpointConfig): readonly Platform[] {
  return platformsInUse({ endpoints: { own: settings }, training: {} }).inference;
}
