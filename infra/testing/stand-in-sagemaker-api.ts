import { StandInAwsError, type Operations } from "./stand-in-http";
import type { StandInSageMaker } from "./stand-in-sagemaker";

type Request = Readonly<Record<string, unknown>>;

/**
 * What the AWS SDK can ask of the stand-in account.
 *
 * @param denied IAM actions that are refused, such as `sagemaker:DescribeEndpoint`; may change
 */
export function sageMakerOperations(
  account: StandInSageMaker,
  denied: ReadonlySet<string> = new Set(),
): Operations {
  const allowed =
    (action: string, operation: (request: Request) => unknown) =>
    (request: Request): unknown => {
      if (denied.has(action)) {
        throw new StandInAwsError(
          "AccessDeniedException",
          `User: arn:aws:iam::123456789012:user/deployer is not authorized to perform: ${action}`,
        );
      }
      return operation(request);
    };
  return {
    "SageMaker.DescribeEndpoint": allowed("sagemaker:DescribeEndpoint", ({ EndpointName }) =>
      describeEndpoint(account, String(EndpointName)),
    ),
    "SageMaker.DescribeEndpointConfig": allowed(
      "sagemaker:DescribeEndpointConfig",
      ({ EndpointConfigName }) => describeConfiguration(account, String(EndpointConfigName)),
    ),
    "SageMaker.ListEndpoints": allowed("sagemaker:ListEndpoints", ({ NameContains }) => ({
      Endpoints: [...account.endpoints.keys()]
        .filter((name) => name.includes(String(NameContains)))
        .map((EndpointName) => ({ EndpointName })),
    })),
    "AnyScaleFrontendService.DescribeScalableTargets": allowed(
      "application-autoscaling:DescribeScalableTargets",
      ({ ResourceIds }) => ({
        ScalableTargets: [...account.bounds]
          .filter(([resourceId]) => (ResourceIds as string[]).includes(resourceId))
          .map(([ResourceId, { minCapacity, maxCapacity }]) => ({
            ResourceId,
            MinCapacity: minCapacity,
            MaxCapacity: maxCapacity,
          })),
      }),
    ),
    "GraniteServiceVersion20100801.DescribeAlarms": allowed(
      "cloudwatch:DescribeAlarms",
      ({ AlarmNames }) => ({
        MetricAlarms: [...account.alarms]
          .filter(([name]) => (AlarmNames as string[]).includes(name))
          .map(([AlarmName, { isInAlarm, reason, since }]) => ({
            AlarmName,
            StateValue: isInAlarm ? "ALARM" : "OK",
            StateReason: reason,
            StateTransitionedTimestamp: since,
          })),
      }),
    ),
  };
}

function describeEndpoint(account: StandInSageMaker, name: string): unknown {
  const { status, fleet, desired, failureReason, deployment } = account.require(name);
  return {
    EndpointName: name,
    EndpointConfigName: fleet.configurationName,
    EndpointStatus: status,
    FailureReason: failureReason,
    LastDeploymentConfig: deployment.AutoRollbackConfiguration && {},
    ProductionVariants: [...fleet.instances].map(([VariantName, CurrentInstanceCount]) => ({
      VariantName,
      CurrentInstanceCount,
      DesiredInstanceCount: desired ?? CurrentInstanceCount,
    })),
  };
}

function describeConfiguration(account: StandInSageMaker, name: string): unknown {
  const configuration = account.configurations.get(name);
  if (configuration === undefined) {
    throw new StandInAwsError(
      "ValidationException",
      `Could not find endpoint configuration "${name}".`,
    );
  }
  return {
    EndpointConfigName: name,
    ProductionVariants: [...configuration.variants].map(([VariantName, InitialInstanceCount]) => ({
      VariantName,
      InitialInstanceCount,
    })),
  };
}
