import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { RolloutConfig } from "../../schema/rollout";

type DeploymentConfig = aws.types.input.sagemaker.EndpointDeploymentConfig;

const capacity = (value: number) => ({ type: "CAPACITY_PERCENT", value });

function updatePolicy(rollout: RolloutConfig): DeploymentConfig {
  switch (rollout.strategy) {
    case "all-at-once":
      return {
        blueGreenUpdatePolicy: {
          maximumExecutionTimeoutInSeconds: rollout.maximumSeconds,
          // An alarm that goes off can bring back only instances that are still there.
          terminationWaitInSeconds: rollout.waitSeconds,
          trafficRoutingConfiguration: {
            type: "ALL_AT_ONCE",
            waitIntervalInSeconds: rollout.waitSeconds,
          },
        },
      };
    case "canary":
      return {
        blueGreenUpdatePolicy: {
          maximumExecutionTimeoutInSeconds: rollout.maximumSeconds,
          trafficRoutingConfiguration: {
            type: "CANARY",
            canarySize: capacity(rollout.percentage),
            waitIntervalInSeconds: rollout.waitSeconds,
          },
        },
      };
    case "linear":
      return {
        blueGreenUpdatePolicy: {
          maximumExecutionTimeoutInSeconds: rollout.maximumSeconds,
          trafficRoutingConfiguration: {
            type: "LINEAR",
            linearStepSize: capacity(rollout.percentage),
            waitIntervalInSeconds: rollout.waitSeconds,
          },
        },
      };
    case "rolling":
      return {
        rollingUpdatePolicy: {
          maximumExecutionTimeoutInSeconds: rollout.maximumSeconds,
          maximumBatchSize: capacity(rollout.percentage),
          waitIntervalInSeconds: rollout.waitSeconds,
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
