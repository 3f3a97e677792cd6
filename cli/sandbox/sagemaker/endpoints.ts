import type {
  CreateEndpointInput,
  DeploymentConfig,
  DescribeEndpointOutput,
  EndpointStatus,
  ListEndpointsInput,
  UpdateEndpointInput,
  UpdateEndpointWeightsAndCapacitiesInput,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { create, deploy } from "./deployment";
import { Fleet, type FleetVariant } from "./fleet";
import type { Models } from "./models";
import type { Samples } from "./samples";
import { servingKind, Store, type Stored } from "./store";
import type { Tags } from "./tags";

/** An endpoint. */
export interface Endpoint extends Stored {
  lastModifiedTime: Date;
  status: EndpointStatus;
  /** What serves; during an update the former fleet. */
  fleet: Fleet;
  /** What an update moves to. */
  pending?: Fleet | undefined;
  /** Share of the requests that the pending fleet gets, from 0 to 1. */
  traffic: number;
  failureReason?: string | undefined;
  deploymentConfig?: DeploymentConfig | undefined;
}

/** Seconds that scaling takes. */
const SCALING_SECONDS = 180;
const DELETION_SECONDS = 30;

/** SageMaker's endpoints: real servers behind them, and deployments that take their time and may be rolled back. */
export class Endpoints {
  private readonly endpoints: Store<Endpoint>;

  constructor(
    private readonly context: Context,
    private readonly models: Models,
    tags: Tags,
    private readonly samples: Samples,
  ) {
    this.endpoints = new Store(context, tags, servingKind("endpoint"));
  }

  createEndpoint(input: CreateEndpointInput): unknown {
    const name = input.EndpointName!;
    const arn = this.endpoints.newArn(name);
    const now = new Date();
    const endpoint: Endpoint = {
      name,
      arn,
      creationTime: now,
      lastModifiedTime: now,
      status: "Creating",
      fleet: this.fleetOf(name, input.EndpointConfigName!),
      traffic: 0,
      deploymentConfig: input.DeploymentConfig,
    };
    this.endpoints.add(endpoint, input.Tags);
    void this.bringUp(endpoint);
    return { EndpointArn: arn };
  }

  private async bringUp(endpoint: Endpoint): Promise<void> {
    const { clock, misfortunes } = this.context;
    try {
      await create(endpoint.fleet, clock, misfortunes.take(endpoint.name, false));
      this.become(endpoint, "InService");
      this.samples.add(endpoint.name, endpoint.fleet.instances);
    } catch (error) {
      await endpoint.fleet.stop();
      this.become(endpoint, "Failed", (error as Error).message);
    }
  }

  updateEndpoint(input: UpdateEndpointInput): unknown {
    const endpoint = this.requireSteady(input.EndpointName!);
    const next = this.fleetOf(endpoint.name, input.EndpointConfigName!);
    if (input.RetainAllVariantProperties === true) {
      retain(endpoint.fleet, next, input);
    }
    const deployment =
      input.DeploymentConfig ??
      (input.RetainDeploymentConfig === true ? endpoint.deploymentConfig : undefined);
    endpoint.pending = next;
    endpoint.deploymentConfig = deployment;
    this.become(endpoint, "Updating");
    void this.rollOut(endpoint, next);
    return { EndpointArn: endpoint.arn };
  }

  private async rollOut(endpoint: Endpoint, next: Fleet): Promise<void> {
    const { clock, misfortunes, clients } = this.context;
    const former = endpoint.fleet;
    try {
      await deploy({
        next,
        config: endpoint.deploymentConfig ?? {},
        misfortune: misfortunes.take(endpoint.name, true),
        clock,
        cloudWatch: clients.cloudWatch,
        onStep: ({ traffic, newShare, oldShare }) => {
          endpoint.traffic = traffic;
          const running = former.instances * oldShare + next.instances * newShare;
          this.samples.add(endpoint.name, Math.floor(running + 1e-9));
        },
      });
      this.finish(endpoint, next);
      await former.stop();
    } catch (error) {
      endpoint.traffic = 0;
      this.become(endpoint, "RollingBack", (error as Error).message);
      await Promise.all([next.stop(), clock.sleep(DELETION_SECONDS)]);
      this.finish(endpoint, former);
    }
  }

  private finish(endpoint: Endpoint, fleet: Fleet): void {
    endpoint.fleet = fleet;
    endpoint.pending = undefined;
    endpoint.traffic = 0;
    this.become(endpoint, "InService", endpoint.failureReason);
    this.samples.add(endpoint.name, fleet.instances);
  }

  updateEndpointWeightsAndCapacities(input: UpdateEndpointWeightsAndCapacitiesInput): unknown {
    const endpoint = this.requireSteady(input.EndpointName!);
    const wanted = input.DesiredWeightsAndCapacities!.map((each) => {
      const variant = endpoint.fleet.variant(each.VariantName!);
      if (variant === undefined) {
        throw validationException(
          `The requested variant "${each.VariantName}" was not found in the endpoint "${endpoint.arn}".`,
        );
      }
      return { variant, ...each };
    });
    for (const { variant, DesiredInstanceCount, DesiredWeight } of wanted) {
      variant.desired = DesiredInstanceCount ?? variant.desired;
      variant.weight = DesiredWeight ?? variant.weight;
    }
    void this.settleCounts(endpoint);
    return { EndpointArn: endpoint.arn };
  }

  /** Gives a variant of an endpoint that is InService other instances, as scaling does. */
  scale(endpoint: Endpoint, variant: FleetVariant, desired: number): void {
    variant.desired = desired;
    void this.settleCounts(endpoint);
  }

  private async settleCounts(endpoint: Endpoint): Promise<void> {
    this.become(endpoint, "Updating");
    await this.context.clock.sleep(SCALING_SECONDS);
    for (const variant of endpoint.fleet.variants) {
      variant.count = variant.desired;
    }
    this.become(endpoint, "InService");
    this.samples.add(endpoint.name, endpoint.fleet.instances);
  }

  async deleteEndpoint({ EndpointName }: { EndpointName: string }): Promise<unknown> {
    const endpoint = this.endpoints.require(EndpointName);
    if (!["InService", "Failed"].includes(endpoint.status)) {
      throw validationException(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
    this.become(endpoint, "Deleting");
    void this.remove(endpoint);
    return {};
  }

  private async remove(endpoint: Endpoint): Promise<void> {
    await Promise.all([endpoint.fleet.stop(), this.context.clock.sleep(DELETION_SECONDS)]);
    this.endpoints.delete(endpoint.name);
  }

  describeEndpoint({ EndpointName }: { EndpointName: string }): Partial<DescribeEndpointOutput> {
    const endpoint = this.endpoints.require(EndpointName);
    const { fleet, pending } = endpoint;
    return {
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      EndpointConfigName: fleet.configuration.EndpointConfigName,
      EndpointStatus: endpoint.status,
      FailureReason: endpoint.failureReason,
      CreationTime: endpoint.creationTime,
      LastModifiedTime: endpoint.lastModifiedTime,
      ProductionVariants: fleet.summaries(false),
      ShadowProductionVariants: fleet.summaries(true),
      LastDeploymentConfig: endpoint.deploymentConfig,
      AsyncInferenceConfig: fleet.configuration.AsyncInferenceConfig,
      ...captureOf(fleet),
      ...(pending && {
        PendingDeploymentSummary: {
          EndpointConfigName: pending.configuration.EndpointConfigName,
          ProductionVariants: pending.summaries(false),
          StartTime: endpoint.lastModifiedTime,
        },
      }),
    };
  }

  listEndpoints(input: ListEndpointsInput): unknown {
    return this.endpoints.list(input, "Endpoints", (endpoint) => ({
      EndpointName: endpoint.name,
      EndpointArn: endpoint.arn,
      CreationTime: endpoint.creationTime,
      LastModifiedTime: endpoint.lastModifiedTime,
      EndpointStatus: endpoint.status,
    }));
  }

  get all(): Endpoint[] {
    return this.endpoints.all;
  }

  /** Undefined where there is none. */
  find(name: string): Endpoint | undefined {
    return this.endpoints.find(name);
  }

  private requireSteady(name: string): Endpoint {
    const endpoint = this.endpoints.require(name);
    if (endpoint.status === "Failed") {
      throw validationException(`Cannot update failed endpoint "${endpoint.arn}".`);
    }
    if (endpoint.status !== "InService") {
      throw validationException(`Cannot update in-progress endpoint "${endpoint.arn}".`);
    }
    return endpoint;
  }

  private become(endpoint: Endpoint, status: EndpointStatus, failureReason?: string): void {
    Object.assign(endpoint, { status, failureReason, lastModifiedTime: new Date() });
  }

  private fleetOf(endpointName: string, configurationName: string): Fleet {
    const configuration = this.models.configuration(configurationName);
    return new Fleet(this.context, this.models, endpointName, configuration);
  }

  /** Ends all servers. */
  async stop(): Promise<void> {
    await Promise.all(this.all.flatMap(({ fleet, pending }) => [fleet.stop(), pending?.stop()]));
  }
}

/** UpdateEndpoint's RetainAllVariantProperties: instances and weights stay those that are, of variants of the same name. */
function retain(former: Fleet, next: Fleet, input: UpdateEndpointInput): void {
  const others = (input.ExcludeRetainedVariantProperties ?? []).map(
    ({ VariantPropertyType }) => VariantPropertyType,
  );
  for (const variant of next.variants) {
    const known = former.variant(variant.settings.VariantName!);
    if (known !== undefined && variant.count !== undefined) {
      if (!others.includes("DesiredInstanceCount")) {
        variant.count = variant.desired = known.desired;
      }
      if (!others.includes("DesiredWeight")) {
        variant.weight = known.weight;
      }
    }
  }
}

function captureOf({ configuration }: Fleet): Partial<DescribeEndpointOutput> {
  const capture = configuration.DataCaptureConfig;
  return capture === undefined
    ? {}
    : {
        DataCaptureConfig: {
          EnableCapture: capture.EnableCapture ?? false,
          CaptureStatus: capture.EnableCapture === true ? "Started" : "Stopped",
          CurrentSamplingPercentage: capture.InitialSamplingPercentage,
          DestinationS3Uri: capture.DestinationS3Uri,
          KmsKeyId: capture.KmsKeyId,
        },
      };
}
