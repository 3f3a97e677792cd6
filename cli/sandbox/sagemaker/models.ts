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

/** Models, which do not change. */
export class Models extends Store<{ readonly description: DescribeModelOutput }> {
  constructor(private readonly context: Context) {
    super(context.region, servingKind("Model", "model"));
  }

  async createModel(input: CreateModelInput): Promise<unknown> {
    const description = { EnableNetworkIsolation: false, ...this.describe(input) };
    await requireModelData(this.context, containerOf(input));
    return this.add({ description }, input.Tags);
  }

  deleteModel({ ModelName }: { ModelName: string }): unknown {
    return this.delete(ModelName);
  }

  /** The container of a model. @throws AwsError as SageMaker refuses a name that nothing has */
  container(model: string): ContainerDefinition {
    return containerOf(this.require(model).description);
  }
}

/** Endpoint configurations, which do not change either. */
export class EndpointConfigs extends Store<{
  readonly description: DescribeEndpointConfigOutput;
}> {
  constructor(
    { region }: Context,
    private readonly models: Models,
  ) {
    super(region, servingKind("EndpointConfig", "endpoint configuration"));
  }

  createEndpointConfig(input: CreateEndpointConfigInput): unknown {
    const description = this.describe(input);
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
    return this.add({ description: configuration }, input.Tags);
  }

  deleteEndpointConfig({ EndpointConfigName }: { EndpointConfigName: string }): unknown {
    return this.delete(EndpointConfigName);
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
