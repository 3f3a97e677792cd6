import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RolloutConfig } from "../../schema/rollout";

type DeploymentConfig = aws.types.input.sagemaker.EndpointDeploymentConfig;
type Routing =
  aws.types.input.sagemaker.EndpointDeploymentConfigBlueGreenUpdatePolicyTrafficRoutingConfiguration;

const capacity = (value: number) => ({ type: "CAPACITY_PERCENT", value });

function updatePolicy(rollout: RolloutConfig): DeploymentConfig {
  const { waitSeconds: waitIntervalInSeconds, maximumSeconds } = rollout;
  const maximumExecutionTimeoutInSeconds = maximumSeconds;
  const blueGreen = (
    routing: Omit<Routing, "waitIntervalInSeconds">,
    more: { readonly terminationWaitInSeconds?: number } = {},
  ): DeploymentConfig => ({
    blueGreenUpdatePolicy: {
      maximumExecutionTimeoutInSeconds,
      ...more,
      trafficRoutingConfiguration: { ...routing, waitIntervalInSeconds },
    },
  });
  switch (rollout.strategy) {
    case "all-at-once":
      // An alarm that goes off can bring back only instances that are still there.
      return blueGreen({ type: "ALL_AT_ONCE" }, { terminationWaitInSeconds: rollout.waitSeconds });
    case "canary":
      return blueGreen({ type: "CANARY", canarySize: capacity(rollout.percentage) });
    case "linear":
      return blueGreen({ type: "LINEAR", linearStepSize: capacity(rollout.percentage) });
    case "rolling":
      return {
        rollingUpdatePolicy: {
          maximumExecutionTimeoutInSeconds,
          maximumBatchSize: capacity(rollout.percentage),
          waitIntervalInSeconds,
        },
      };
  }
}

/**
 * How SageMaker moves an endpoint to a new configuration.
 *
 * @param alarmNames alarms that roll the update back; at most ten
 */
export function deploymentConfig(
  rollout: RolloutConfig,
  alarmNames: readonly pulumi.Input<string>[],
): DeploymentConfig {
  return {
    ...updatePolicy(rollout),
    autoRollbackConfiguration:
      alarmNames.length === 0
        ? undefined
        : { alarms: alarmNames.map((alarmName) => ({ alarmName })) },
  };
}
