import { randomBytes } from "node:crypto";

import type {
  DescribeEndpointConfigOutput,
  ProductionVariant,
  ProductionVariantSummary,
} from "@aws-sdk/client-sagemaker";

import { InferenceServer } from "../../local/inference-server";
import type { Context } from "../context";
import { LogStream } from "../log-stream";
import { unpackModel } from "./model-data";
import type { Models } from "./models";

/** A variant of an endpoint: one process answers for all its instances, which are counted only. */
export interface FleetVariant {
  readonly settings: ProductionVariant;
  /** What the model's container says its image is. */
  readonly image: string | undefined;
  readonly isShadow: boolean;
  /** Undefined for a serverless variant. */
  count: number | undefined;
  desired: number | undefined;
  weight: number;
  server?: InferenceServer;
}

/** The instances of one endpoint configuration. */
export class Fleet {
  readonly variants: FleetVariant[];
  private isStopped = false;

  constructor(
    private readonly context: Context,
    private readonly models: Models,
    private readonly endpointName: string,
    readonly configuration: DescribeEndpointConfigOutput,
  ) {
    const start = (settings: ProductionVariant, isShadow: boolean): FleetVariant => {
      const count = settings.ServerlessConfig ? undefined : (settings.InitialInstanceCount ?? 1);
      const image = models.container(settings.ModelName!).Image;
      const weight = settings.InitialVariantWeight ?? 1;
      return { settings, image, isShadow, count, desired: count, weight };
    };
    const { ProductionVariants, ShadowProductionVariants = [] } = configuration;
    this.variants = [
      ...ProductionVariants!.map((settings) => start(settings, false)),
      ...ShadowProductionVariants.map((settings) => start(settings, true)),
    ];
  }

  /** Instances of the production variants. */
  get instances(): number {
    return this.variants.reduce(
      (sum, { count, isShadow }) => sum + (isShadow ? 0 : (count ?? 0)),
      0,
    );
  }

  variant(name: string): FleetVariant | undefined {
    return this.variants.find(({ settings }) => settings.VariantName === name);
  }

  /**
   * Starts the containers and waits until they answer /ping.
   *
   * @throws Error with what the container said last, where one does not
   */
  async start(): Promise<void> {
    await Promise.all(this.variants.map((variant) => this.startVariant(variant)));
  }

  private async startVariant(variant: FleetVariant): Promise<void> {
    const { ModelName, VariantName } = variant.settings;
    const container = this.models.container(ModelName!);
    const folder = await unpackModel(this.context, container);
    if (this.isStopped) {
      return;
    }
    const log = new LogStream(
      this.context.clients.logs,
      `/aws/sagemaker/Endpoints/${this.endpointName}`,
      `${VariantName}/i-${randomBytes(8).toString("hex")}`,
    );
    variant.server = InferenceServer.launch(folder, container.Environment ?? {}, (line) =>
      log.write(line),
    );
    await variant.server.ready();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.variants.map(({ server }) => server?.stop()));
  }

  /** What DescribeEndpoint says of the variants. */
  summaries(isShadow: boolean): ProductionVariantSummary[] | undefined {
    const variants = this.variants.filter((variant) => variant.isShadow === isShadow);
    return variants.length === 0 ? undefined : variants.map(summaryOf);
  }
}

function summaryOf({ settings, image, count, desired, weight }: FleetVariant) {
  return {
    VariantName: settings.VariantName,
    ...(image && { DeployedImages: [{ SpecifiedImage: image, ResolvedImage: image }] }),
    CurrentWeight: weight,
    DesiredWeight: weight,
    ...(count !== undefined && { CurrentInstanceCount: count, DesiredInstanceCount: desired }),
    ...(settings.ServerlessConfig && { CurrentServerlessConfig: settings.ServerlessConfig }),
  };
}
