import { UserError } from "../output/failure";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { evaluateShown } from "../preview/evaluate-stack";
import { readStack, regionOf } from "../preview/stack-file";
import { REPOSITORY } from "../repository";
import type { ScalingPolicy } from "./scaling";

/** What a stack declares of an endpoint, as far as a simulation needs it. */
export interface DeclaredEndpoint {
  readonly scaling: ScalingPolicy;
  readonly instanceType: string;
  readonly region: string;
  /** The function's reserved concurrency, where it has one. */
  readonly functionConcurrency?: number | undefined;
}

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Reads an endpoint's scaling, instance type and function from the program, evaluated offline.
 *
 * @throws UserError where the stack has no such endpoint or it does not run on instances.
 */
export async function readEndpoint(stack: string, endpoint: string): Promise<DeclaredEndpoint> {
  const settings = readStack(REPOSITORY, stack);
  const { resources } = await evaluateShown(settings);
  const named = (type: string): RegisteredResource | undefined =>
    resources.find((each) => each.type === type && each.name === endpoint);
  const [configuration, target, policy, invoker] = [
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    "aws:appautoscaling/target:Target",
    "aws:appautoscaling/policy:Policy",
    "aws:lambda/function:Function",
  ].map((type) => named(type)?.inputs);
  if (configuration === undefined) {
    const known = resources
      .filter(({ type }) => type === "aws:sagemaker/endpointConfiguration:EndpointConfiguration")
      .map(({ name }) => name);
    throw new UserError(
      `the stack ${stack} has no endpoint "${endpoint}" with a model. Endpoints: ${known.join(", ") || "none"}.`,
    );
  }
  const [variant] = configuration["productionVariants"] as [Inputs];
  if (typeof variant["instanceType"] !== "string") {
    throw new UserError(
      `the endpoint ${endpoint} of the stack ${stack} is serverless: it has no instances to simulate.`,
    );
  }
  return {
    scaling: scalingOf(endpoint, variant, target, policy),
    instanceType: variant["instanceType"],
    region: regionOf(settings),
    functionConcurrency: reservedConcurrency(invoker),
  };
}

/** The provider writes -1 where nothing is reserved. */
function reservedConcurrency(invoker: Inputs | undefined): number | undefined {
  const reserved = Number(invoker?.["reservedConcurrentExecutions"] ?? -1);
  return reserved < 0 ? undefined : reserved;
}

function scalingOf(
  endpoint: string,
  variant: Inputs,
  target: Inputs | undefined,
  policy: Inputs | undefined,
): ScalingPolicy {
  if (target === undefined) {
    const count = Number(variant["initialInstanceCount"]);
    const bounds = { minInstances: count, maxInstances: count, target: Number.POSITIVE_INFINITY };
    return { ...bounds, metric: "invocations", scaleInCooldown: 300, scaleOutCooldown: 300 };
  }
  const tracking = (policy?.["targetTrackingScalingPolicyConfiguration"] ?? {}) as Inputs;
  const { predefinedMetricType } = (tracking["predefinedMetricSpecification"] ?? {}) as Inputs;
  if (predefinedMetricType === undefined) {
    throw new UserError(
      `the endpoint ${endpoint} scales in steps or by a backlog: only targets of invocations and of concurrent requests are simulated.`,
    );
  }
  return {
    minInstances: Number(target["minCapacity"]),
    maxInstances: Number(target["maxCapacity"]),
    target: Number(tracking["targetValue"]),
    metric: String(predefinedMetricType).includes("Concurrent") ? "concurrency" : "invocations",
    scaleInCooldown: Number(tracking["scaleInCooldown"] ?? 300),
    scaleOutCooldown: Number(tracking["scaleOutCooldown"] ?? 300),
  };
}
