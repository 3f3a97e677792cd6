import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FunctionScalingConfig } from "../../schema/function-concurrency";
import { capacityOf, scheduleCapacity } from "../endpoint/scaled-capacity";

export interface FunctionConcurrencyArgs {
  /** The function's alias: an unpublished version can't be kept warm. */
  readonly alias: aws.lambda.Alias;
  /** Environments kept warm; where they are scaled, the fewest. */
  readonly provisionedConcurrency: number;
  /**
   * Keeps more of them warm while they are busy.
   * @default a fixed number
   */
  readonly scaling?: FunctionScalingConfig | undefined;
}

/** Environments of a function that are kept warm, as many as are configured or as are busy. */
export class FunctionConcurrency extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: FunctionConcurrencyArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("kennel:index:FunctionConcurrency", name, {}, options);
    const { alias, provisionedConcurrency, scaling } = args;
    const provisioned = new aws.lambda.ProvisionedConcurrencyConfig(
      name,
      {
        functionName: alias.functionName,
        qualifier: alias.name,
        provisionedConcurrentExecutions: provisionedConcurrency,
      },
      {
        parent: this,
        // It stood below the alias before: another place in the tree must not replace it, since the new one and the old one
        // are the same thing to Lambda, and deleting the old one would leave nothing.
        aliases: [{ parent: alias }],
        // From then on the number is Application Auto Scaling's; the next update would take it back otherwise.
        ignoreChanges: scaling === undefined ? [] : ["provisionedConcurrentExecutions"],
      },
    );
    if (scaling !== undefined) {
      this.scale(name, args, scaling, provisioned);
    }
    this.registerOutputs();
  }

  private scale(
    name: string,
    { alias, provisionedConcurrency }: FunctionConcurrencyArgs,
    scaling: FunctionScalingConfig,
    provisioned: aws.lambda.ProvisionedConcurrencyConfig,
  ): void {
    const target = new aws.appautoscaling.Target(
      `${name}-function`,
      {
        serviceNamespace: "lambda",
        scalableDimension: "lambda:function:ProvisionedConcurrency",
        resourceId: pulumi.interpolate`function:${alias.functionName}:${alias.name}`,
        minCapacity: provisionedConcurrency,
        maxCapacity: scaling.maxConcurrency,
      },
      { parent: this, dependsOn: provisioned },
    );
    const capacity = capacityOf(target);
    const child = { parent: target };
    new aws.appautoscaling.Policy(
      `${name}-function`,
      {
        ...capacity,
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          predefinedMetricSpecification: {
            predefinedMetricType: "LambdaProvisionedConcurrencyUtilization",
          },
          // The metric is a share of one.
          targetValue: scaling.utilizationPercent / 100,
          scaleInCooldown: scaling.scaleInCooldown,
          scaleOutCooldown: scaling.scaleOutCooldown,
        },
      },
      child,
    );
    const schedule = scaling.schedule.map(({ minConcurrency, maxConcurrency, ...time }) => ({
      ...time,
      minCapacity: minConcurrency,
      maxCapacity: maxConcurrency,
    }));
    scheduleCapacity(`${name}-function`, capacity, schedule, child);
  }
}
