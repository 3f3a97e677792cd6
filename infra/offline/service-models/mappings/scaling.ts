import { sends, type Mappings } from "../request-mapping";

const service = "application-autoscaling";
const bounds = "stepScalingPolicyConfiguration.stepAdjustments";

/** Scaling of endpoints and functions. */
export const scalingMappings: Mappings = {
  "aws:appautoscaling/target:Target": sends(service, "RegisterScalableTarget"),
  "aws:appautoscaling/policy:Policy": sends(service, "PutScalingPolicy", {
    name: "PolicyName",
    // Texts, because zero would otherwise mean that there is none.
    [`${bounds}.metricIntervalLowerBound`]: { to: "MetricIntervalLowerBound", as: Number },
    [`${bounds}.metricIntervalUpperBound`]: { to: "MetricIntervalUpperBound", as: Number },
  }),
  "aws:appautoscaling/scheduledAction:ScheduledAction": sends(service, "PutScheduledAction", {
    name: "ScheduledActionName",
  }),
};
