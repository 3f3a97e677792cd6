import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, type Location } from "../../location";

export interface ExistingEndpointArgs {
  /** Its name in SageMaker. */
  readonly endpointName: string;
  /** Account and region of the stack. */
  readonly location: Location;
}

/** An endpoint that somebody else manages: looked up and used, never changed or deleted. */
export class ExistingEndpoint extends pulumi.ComponentResource {
  /** The endpoint's name. */
  readonly endpointName: pulumi.Output<string>;
  /** The endpoint's ARN, known in a preview. */
  readonly endpointArn: pulumi.Output<string>;
  /** The name of its first variant, which alarms and scaling refer to. */
  readonly variantName: pulumi.Output<string>;
  /** For what must wait until it is looked up. */
  readonly endpoint: aws.sagemaker.Endpoint;

  constructor(name: string, args: ExistingEndpointArgs, options?: pulumi.ComponentResourceOptions) {
    super("kennel:index:ExistingEndpoint", name, {}, options);
    const { endpointName, location } = args;
    const child = { parent: this };
    this.endpoint = aws.sagemaker.Endpoint.get(name, endpointName, {}, child);
    const configuration = aws.sagemaker.EndpointConfiguration.get(
      name,
      this.endpoint.endpointConfigName,
      {},
      child,
    );
    this.endpointName = this.endpoint.id;
    this.endpointArn = arn(location, "sagemaker", `endpoint/${endpointName}`);
    this.variantName = configuration.productionVariants.apply(
      // The mocks of another program's unit test may answer nothing.
      (variants?: readonly { readonly variantName: string }[]) =>
        variants?.[0]?.variantName ?? "AllTraffic",
    );
    this.registerOutputs({ endpointName: this.endpointName, endpointArn: this.endpointArn });
  }
}
