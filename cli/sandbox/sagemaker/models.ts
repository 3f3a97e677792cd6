import type {
  ContainerDefinition,
  CreateEndpointConfigInput,
  CreateModelInput,
  ListModelsInput,
  ListEndpointConfigsInput,
  ProductionVariant,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { requireModelData } from "./model-data";
import { servingKind, Store, type Stored } from "./store";
import type { Tags } from "./tags";

/** A model or an endpoint configuration as it was asked for; neither changes. */
interface AsAsked<Input> extends Stored {
  readonly input: Input;
}

/** Models and endpoint configurations. */
export class Models {
  private readonly models: Store<AsAsked<CreateModelInput>>;
  private readonly configurations: Store<AsAsked<CreateEndpointConfigInput>>;

  constructor(
    private readonly context: Context,
    tags: Tags,
  ) {
    this.models = new Store(context, tags, servingKind("model"));
    const configuration = servingKind("endpoint-config", "endpoint configuration");
    this.configurations = new Store(context, tags, configuration);
  }

  async createModel(input: CreateModelInput): Promise<unknown> {
    const name = input.ModelName!;
    const arn = this.models.newArn(name);
    await requireModelData(this.context, containerOf(input));
    this.models.add({ name, arn, creationTime: new Date(), input }, input.Tags);
    return { ModelArn: arn };
  }

  describeModel({ ModelName }: { ModelName: string }): unknown {
    const { arn, creationTime, input } = this.models.require(ModelName);
    return {
      EnableNetworkIsolation: false,
      ...input,
      Tags: undefined,
      ModelArn: arn,
      CreationTime: creationTime,
    };
  }

  deleteModel({ ModelName }: { ModelName: string }): unknown {
    this.models.delete(ModelName);
    return {};
  }

  listModels(input: ListModelsInput): unknown {
    return this.models.list(input, "Models", ({ name, arn, creationTime }) => ({
      ModelName: name,
      ModelArn: arn,
      CreationTime: creationTime,
    }));
  }

  createEndpointConfig(input: CreateEndpointConfigInput): unknown {
    const name = input.EndpointConfigName!;
    const arn = this.configurations.newArn(name);
    const { ProductionVariants = [], ShadowProductionVariants = [] } = input;
    for (const variant of [...ProductionVariants, ...ShadowProductionVariants]) {
      if (variant.ModelName === undefined) {
        throw validationException(
          "The sandbox serves models, not inference components: ModelName.",
        );
      }
      this.models.require(variant.ModelName);
    }
    this.configurations.add({ name, arn, creationTime: new Date(), input }, input.Tags);
    return { EndpointConfigArn: arn };
  }

  describeEndpointConfig({ EndpointConfigName }: { EndpointConfigName: string }): unknown {
    const { arn, creationTime, input } = this.configurations.require(EndpointConfigName);
    const weighed = (variants: ProductionVariant[] | undefined) =>
      variants?.map((variant) => ({ InitialVariantWeight: 1, ...variant }));
    return {
      EnableNetworkIsolation: false,
      ...input,
      Tags: undefined,
      ProductionVariants: weighed(input.ProductionVariants),
      ShadowProductionVariants: weighed(input.ShadowProductionVariants),
      EndpointConfigArn: arn,
      CreationTime: creationTime,
    };
  }

  deleteEndpointConfig({ EndpointConfigName }: { EndpointConfigName: string }): unknown {
    this.configurations.delete(EndpointConfigName);
    return {};
  }

  listEndpointConfigs(input: ListEndpointConfigsInput): unknown {
    return this.configurations.list(input, "EndpointConfigs", ({ name, arn, creationTime }) => ({
      EndpointConfigName: name,
      EndpointConfigArn: arn,
      CreationTime: creationTime,
    }));
  }

  /** The container of a model. @throws AwsError as SageMaker refuses a name that nothing has */
  container(model: string): ContainerDefinition {
    return containerOf(this.models.require(model).input);
  }

  /** An endpoint configuration. @throws AwsError as SageMaker refuses a name that nothing has */
  configuration(name: string): CreateEndpointConfigInput {
    return this.configurations.require(name).input;
  }
}

/** @throws AwsError where there are none or several */
function containerOf({ PrimaryContainer, Containers = [] }: CreateModelInput): ContainerDefinition {
  const [container, ...others] = PrimaryContainer ? [PrimaryContainer] : Containers;
  if (container === undefined || others.length > 0) {
    throw validationException("The sandbox serves models of one container: PrimaryContainer.");
  }
  return container;
}
