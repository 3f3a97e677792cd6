import type {
  ContainerDefinition,
  CreateEndpointConfigInput,
  CreateModelInput,
  ListModelsInput,
  ListEndpointConfigsInput,
  ProductionVariant,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import { arnOf, type Context } from "./context";
import { listPage } from "./listing";
import { requireModelData } from "./model-data";
import type { Tags } from "./tags";

interface Record_<Input> {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: Date;
  readonly input: Input;
}

/** A model or an endpoint configuration as it was asked for; neither changes. */
export type ModelRecord = Record_<CreateModelInput>;
export type ConfigurationRecord = Record_<CreateEndpointConfigInput>;

const NEWEST_FIRST = { sortBy: "CreationTime", sortOrder: "Descending" } as const;

/** Models and endpoint configurations. */
export class Models {
  private readonly models = new Map<string, ModelRecord>();
  private readonly configurations = new Map<string, ConfigurationRecord>();

  constructor(
    private readonly context: Context,
    private readonly tags: Tags,
  ) {}

  async createModel(input: CreateModelInput): Promise<unknown> {
    const name = input.ModelName!;
    const arn = arnOf(this.context, "model", name);
    if (this.models.has(name)) {
      throw validationException(`Cannot create already existing model "${arn}".`);
    }
    await requireModelData(this.context, containerOf(input));
    this.models.set(name, { name, arn, creationTime: new Date(), input });
    this.tags.put(arn, input.Tags);
    return { ModelArn: arn };
  }

  describeModel({ ModelName }: { ModelName: string }): unknown {
    const { arn, creationTime, input } = this.requireModel(ModelName);
    const described = { ...input, Tags: undefined };
    return {
      EnableNetworkIsolation: false,
      ...described,
      ModelArn: arn,
      CreationTime: creationTime,
    };
  }

  deleteModel({ ModelName }: { ModelName: string }): unknown {
    const { arn } = this.requireModel(ModelName);
    this.models.delete(ModelName);
    this.tags.forget(arn);
    return {};
  }

  listModels(input: ListModelsInput): unknown {
    const { items, NextToken } = listPage(this.models.values(), { ...input }, NEWEST_FIRST);
    const Models = items.map(({ name, arn, creationTime }) => ({
      ModelName: name,
      ModelArn: arn,
      CreationTime: creationTime,
    }));
    return { Models, NextToken };
  }

  createEndpointConfig(input: CreateEndpointConfigInput): unknown {
    const name = input.EndpointConfigName!;
    const arn = arnOf(this.context, "endpoint-config", name);
    if (this.configurations.has(name)) {
      throw validationException(`Cannot create already existing endpoint configuration "${arn}".`);
    }
    for (const variant of variantsOf(input)) {
      if (variant.ModelName === undefined) {
        throw validationException(
          "The sandbox serves models, not inference components: ModelName.",
        );
      }
      this.requireModel(variant.ModelName);
    }
    this.configurations.set(name, { name, arn, creationTime: new Date(), input });
    this.tags.put(arn, input.Tags);
    return { EndpointConfigArn: arn };
  }

  describeEndpointConfig({ EndpointConfigName }: { EndpointConfigName: string }): unknown {
    const { arn, creationTime, input } = this.requireConfiguration(EndpointConfigName);
    const described = { ...input, Tags: undefined };
    const weighed = (variants: ProductionVariant[] | undefined) =>
      variants?.map((variant) => ({ InitialVariantWeight: 1, ...variant }));
    return {
      EnableNetworkIsolation: false,
      ...described,
      ProductionVariants: weighed(input.ProductionVariants),
      ShadowProductionVariants: weighed(input.ShadowProductionVariants),
      EndpointConfigArn: arn,
      CreationTime: creationTime,
    };
  }

  deleteEndpointConfig({ EndpointConfigName }: { EndpointConfigName: string }): unknown {
    const { arn } = this.requireConfiguration(EndpointConfigName);
    this.configurations.delete(EndpointConfigName);
    this.tags.forget(arn);
    return {};
  }

  listEndpointConfigs(input: ListEndpointConfigsInput): unknown {
    const found = listPage(this.configurations.values(), { ...input }, NEWEST_FIRST);
    const EndpointConfigs = found.items.map(({ name, arn, creationTime }) => ({
      EndpointConfigName: name,
      EndpointConfigArn: arn,
      CreationTime: creationTime,
    }));
    return { EndpointConfigs, NextToken: found.NextToken };
  }

  /** @throws AwsError as SageMaker refuses a name that nothing has */
  requireModel(name: string): ModelRecord {
    const model = this.models.get(name);
    if (model === undefined) {
      throw validationException(`Could not find model "${arnOf(this.context, "model", name)}".`);
    }
    return model;
  }

  /** @throws AwsError as SageMaker refuses a name that nothing has */
  requireConfiguration(name: string): ConfigurationRecord {
    const configuration = this.configurations.get(name);
    if (configuration === undefined) {
      const arn = arnOf(this.context, "endpoint-config", name);
      throw validationException(`Could not find endpoint configuration "${arn}".`);
    }
    return configuration;
  }
}

/** Production and shadow variants. */
export function variantsOf(input: CreateEndpointConfigInput): ProductionVariant[] {
  return [...(input.ProductionVariants ?? []), ...(input.ShadowProductionVariants ?? [])];
}

/** @throws AwsError where there are none or several */
export function containerOf({
  PrimaryContainer,
  Containers,
}: CreateModelInput): ContainerDefinition {
  const [container, ...others] = PrimaryContainer ? [PrimaryContainer] : (Containers ?? []);
  if (container === undefined || others.length > 0) {
    throw validationException("The sandbox serves models of one container: PrimaryContainer.");
  }
  return container;
}
