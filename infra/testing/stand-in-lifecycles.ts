import { UnfinishedError } from "./stand-in-grpc";
import type { StandInSageMaker } from "./stand-in-sagemaker";

type Properties = Readonly<Record<string, unknown>>;

/** What the provider does beside keeping a resource's state, because something happens in the account. */
export interface Lifecycle {
  /** @throws what the provider would fail with; the resource is not in the state then */
  create?(id: string, state: Properties): Properties | undefined;
  update?(id: string, state: Properties, former: Properties): Properties | undefined;
  /** What the account has changed since. */
  read?(id: string): Properties | undefined;
  delete?(id: string): void;
}

/** Seconds that the provider waits for an endpoint: a constant of it, which no custom timeout changes. */
const patience = 3600;

interface Variant {
  readonly variantName: string;
  readonly initialInstanceCount?: number;
}

/**
 * What happens to an account when the provider creates, updates, reads and deletes.
 *
 * It waits as the real provider does and reads the result afterwards: an update that was rolled back succeeds, and the state
 * says what is served. Source: terraform-provider-aws, internal/service/sagemaker/endpoint.go.
 */
export function sageMakerLifecycles(
  account: StandInSageMaker,
): Readonly<Record<string, Lifecycle>> {
  const served = (name: string) => ({
    endpointConfigName: account.require(name).fleet.configurationName,
  });
  return {
    "aws:sagemaker/endpoint:Endpoint": {
      create(name, { endpointConfigName, deploymentConfig }) {
        account.create(name, String(endpointConfigName), asRequested(deploymentConfig));
        const { status, failureReason } = account.settle(name);
        if (status === "Failed") {
          throw new Error(
            `waiting for SageMaker AI Endpoint (${name}) create: unexpected state 'Failed', wanted target 'InService'. last error: ${failureReason}`,
          );
        }
        return served(name);
      },
      update(name, state, former) {
        const { endpointConfigName, deploymentConfig } = state;
        const isMoved =
          endpointConfigName !== former["endpointConfigName"] ||
          JSON.stringify(deploymentConfig) !== JSON.stringify(former["deploymentConfig"]);
        if (isMoved) {
          account.update(name, String(endpointConfigName), asRequested(deploymentConfig));
          const { status } = account.settle(name, patience);
          if (status === "Updating") {
            throw new UnfinishedError(
              name,
              { ...state },
              `waiting for SageMaker AI Endpoint (${name}) update: timeout while waiting for state to become 'InService' (last state: 'Updating', timeout: 1h0m0s)`,
            );
          }
        }
        return served(name);
      },
      read: (name) => (account.endpoints.has(name) ? served(name) : undefined),
      delete: (name) => {
        account.delete(name);
      },
    },
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
      create(name, { productionVariants, shadowProductionVariants = [] }) {
        const variants = [
          ...(productionVariants as Variant[]),
          ...(shadowProductionVariants as Variant[]),
        ].map(
          ({ variantName, initialInstanceCount }) => [variantName, initialInstanceCount] as const,
        );
        account.configurations.set(name, { variants: new Map(variants) });
        return undefined;
      },
      delete: (name) => {
        account.configurations.delete(name);
      },
    },
    "aws:appautoscaling/target:Target": {
      create: (id, bounds) => register(account, id, bounds),
      update: (id, bounds) => register(account, id, bounds),
      read: (id) => account.bounds.get(id),
      delete: (id) => {
        account.bounds.delete(id);
      },
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
      create(name) {
        account.alarms.set(name, { isInAlarm: false, reason: "", since: account.seconds });
        return undefined;
      },
      delete: (name) => {
        account.alarms.delete(name);
      },
    },
  };
}

/** A property as the provider sends it: its members begin with capitals. */
function asRequested<Value>(property: unknown): Value {
  const names = (_key: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value).map(([key, each]) => [key[0]!.toUpperCase() + key.slice(1), each]),
        )
      : value;
  return property === undefined
    ? (property as Value)
    : (JSON.parse(JSON.stringify(property), names) as Value);
}

function register(account: StandInSageMaker, id: string, { minCapacity, maxCapacity }: Properties) {
  account.bounds.set(id, { minCapacity: Number(minCapacity), maxCapacity: Number(maxCapacity) });
  return undefined;
}
