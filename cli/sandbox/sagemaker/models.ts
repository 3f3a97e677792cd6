import type {
  ContainerDefinition,
  CreateEndpointConfigInput,
  CreateModelInput,
  DescribeEndpointConfigOutput,
  DescribeModelOutput,
  ProductionVariant,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { requireModelData } from "./model-data";
import { servingKind, Store } from "./store";

/** Models and endpoint configurations; neither changes. */
export class Models {
  private readonly models: Store<{ readonly description: DescribeModelOutput }>;
  private readonly configurations: Store<{ readonly description: DescribeEndpointConfigOutput }>;
  readonly stores;

  constructor(private readonly context: Context) {
    this.models = new Store(context.region, servingKind("Model", "model"));
    const configuration = servingKind("EndpointConfig", "endpoint configuration");
    this.configurations = new Store(context.region, configuration);
    this.stores = [this.models, this.configurations];
  }

  async createModel(input: CreateModelInput): Promise<unknown> {
    const description = { EnableNetworkIsolation: false, ...this.models.describe(input) };
    await requireModelData(this.context, containerOf(input));
    return this.models.add({ description }, input.Tags);
  }

  deleteModel({ ModelName }: { ModelName: string }): unknown {
    return this.models.delete(ModelName);
  }

  createEndpointConfig(input: CreateEndpointConfigInput): unknown {
    const description = this.configurations.describe(input);
    const { ProductionVariants = [], ShadowProductionVariants = [] } = input;
    for (const { ModelName } of [...ProductionVariants, ...ShadowProductionVariants]) {
      if (ModelName === undefined) {
        throw validationException(
          "The sandbox serves models, not inference components: ModelName.",
        );
      }
      this.models.require(ModelName);
    }
    const weighed = (variants: ProductionVariant[] | undefined) =>
      variants?.map((variant) => ({ InitialVariantWeight: 1, ...variant }));
    const configuration = {
      EnableNetworkIsolation: false,
      ...description,
      ProductionVariants: weighed(input.ProductionVariants),
      ShadowProductionVariants: weighed(input.ShadowProductionVariants),
    };
    return this.configurations.add({ description: configuration }, input.Tags);
  }

  deleteEndpointConfig({ EndpointConfigName }: { EndpointConfigName: string }): unknown {
    return this.configurations.delete(EndpointConfigName);
  }

  /** The container of a model. @throws AwsError as SageMaker refuses a name that nothing has */
  container(model: string): ContainerDefinition {
    return containerOf(this.models.require(model).description);
  }

  /** An endpoint configuration. @throws AwsError as SageMaker refuses a name that nothing has */
  configuration(name: string): DescribeEndpointConfigOutput {
    return this.configurations.require(name).description;
  }
}

/** @throws AwsError where there are none or several */
function containerOf({
  PrimaryContainer,
  Containers = [],
}: Pick<CreateModelInput, "PrimaryContainer" | "Containers">): ContainerDefinition {
  const [container, ...others] = PrimaryContainer ? [PrimaryContainer] : Containers;
  if (container === undefined || others.length > 0) {
    throw validationException("The sandbox serves models of one container: PrimaryContainer.");
  }
  return container;
}
