import type { Mappings } from "../request-mapping";

const service = "application-autoscaling";
const bounds = "stepScalingPolicyConfiguration.stepAdjustments";

/** Scaling of endpoints and functions. */
export const scalingMappings: Mappings = {
  "aws:appautoscaling/target:Target": {
    requests: [{ service, operation: "RegisterScalableTarget" }],
  },
  "aws:appautoscaling/policy:Policy": {
    requests: [
      {
        service,
        operation: "PutScalingPolicy",
        names: {
          name: "PolicyName",
          // Texts, because zero would otherwise mean that there is none.
          [`${bounds}.metricIntervalLowerBound`]: { to: "MetricIntervalLowerBound", as: Number },
          [`${bounds}.metricIntervalUpperBound`]: { to: "MetricIntervalUpperBound", as: Number },
        },
      },
    ],
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    requests: [
      { service, operation: "PutScheduledAction", names: { name: "ScheduledActionName" } },
    ],
  },
};
