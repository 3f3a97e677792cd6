import type {
  CreateEndpointInput,
  DescribeEndpointOutput,
  EndpointStatus,
  UpdateEndpointInput,
  UpdateEndpointWeightsAndCapacitiesInput,
} from "@aws-sdk/client-sagemaker";

import { validationException } from "../aws-error";
import type { Context } from "../context";
import { create, deploy } from "./deployment";
import { Fleet, type FleetVariant } from "./fleet";
import type { EndpointConfigs, Models } from "./models";
import { servingKind, Store } from "./store";

/** An endpoint. */
export interface Endpoint {
  /** What of it does not follow from the fleets. */
  readonly description: Partial<DescribeEndpointOutput>;
  /** What serves; during an update the former fleet. */
  fleet: Fleet;
  /** What an update moves to. */
  pending?: Fleet | undefined;
  /** Share of the requests that the pending fleet gets, from 0 to 1. */
  traffic: number;
}

/** How many instances of an endpoint's production variants took requests from a moment on. */
export interface Sample {
  /** Since this process has started, by the machine's clock. */
  readonly seconds: number;
  readonly endpointName: string;
  readonly running: number;
}

/** Seconds that scaling takes. */
const SCALING_SECONDS = 180;
const DELETION_SECONDS = 30;

/** SageMaker's endpoints: real servers behind them, and deployments that take their time and may be rolled back. */
export class Endpoints extends Store<Endpoint> {
  /** What served when, for tests that a roll-out never shrinks an endpoint. */
  readonly samples: Sample[] = [];

  constructor(
    private readonly context: Context,
    private readonly models: Models,
    private readonly configurations: EndpointConfigs,
  ) {
    super(context.region, servingKind("Endpoint", "endpoint"));
  }

  createEndpoint({ EndpointName, ...input }: CreateEndpointInput): unknown {
    const description = {
      ...this.describe({ EndpointName }),
      LastDeploymentConfig: input.DeploymentConfig,
    };
    const fleet = this.fleetOf(EndpointName!, input.EndpointConfigName!);
    const endpoint: Endpoint = { description, fleet, traffic: 0 };
    become(endpoint, "Creating");
    void this.bringUp(endpoint);
    return this.add(endpoint, input.Tags);
  }

  private async bringUp(endpoint: Endpoint): Promise<void> {
    const { clock, misfortunes } = this.context;
    try {
      await create(endpoint.fleet, clock, misfortunes.take(nameOf(endpoint), false));
      this.serve(endpoint);
    } catch (error) {
      await endpoint.fleet.stop();
      become(endpoint, "Failed", (error as Error).message);
    }
  }

  updateEndpoint(input: UpdateEndpointInput): unknown {
    const endpoint = this.requireSteady(input.EndpointName!);
    const next = this.fleetOf(nameOf(endpoint), input.EndpointConfigName!);
    if (input.RetainAllVariantProperties === true) {
      retain(endpoint.fleet, next, input);
    }
    const { description } = endpoint;
    const retained =
      input.RetainDeploymentConfig === true ? description.LastDeploymentConfig : undefined;
    description.LastDeploymentConfig = input.DeploymentConfig ?? retained;
    endpoint.pending = next;
    become(endpoint, "Updating");
    void this.rollOut(endpoint, next);
    return { EndpointArn: endpoint.description.EndpointArn };
  }

  private async rollOut(endpoint: Endpoint, next: Fleet): Promise<void> {
    const { clock, misfortunes, clients } = this.context;
    const former = endpoint.fleet;
    try {
      await deploy({
        next,
        config: endpoint.description.LastDeploymentConfig ?? {},
        misfortune: misfortunes.take(nameOf(endpoint), true),
        clock,
        cloudWatch: clients.cloudWatch,
        onStep: ({ traffic, newShare, oldShare }) => {
          endpoint.traffic = traffic;
          const running = former.instances * oldShare + next.instances * newShare;
          this.sample(endpoint, Math.floor(running + 1e-9));
        },
      });
      this.finish(endpoint, next);
      await former.stop();
    } catch (error) {
      endpoint.traffic = 0;
      become(endpoint, "RollingBack", (error as Error).message);
      await Promise.all([next.stop(), clock.sleep(DELETION_SECONDS)]);
      this.finish(endpoint, former);
    }
  }

  private finish(endpoint: Endpoint, fleet: Fleet): void {
    endpoint.fleet = fleet;
    endpoint.pending = undefined;
    endpoint.traffic = 0;
    this.serve(endpoint, endpoint.description.FailureReason);
  }

  private serve(endpoint: Endpoint, FailureReason?: string): void {
    become(endpoint, "InService", FailureReason);
    this.sample(endpoint, endpoint.fleet.instances);
  }

  private sample(endpoint: Endpoint, running: number): void {
    const seconds = performance.now() / 1000;
    this.samples.push({ seconds, endpointName: nameOf(endpoint), running });
  }

  updateEndpointWeightsAndCapacities(input: UpdateEndpointWeightsAndCapacitiesInput): unknown {
    const endpoint = this.requireSteady(input.EndpointName!);
    const wanted = input.DesiredWeightsAndCapacities!.map((each) => {
      const variant = endpoint.fleet.variant(each.VariantName!);
      if (variant === undefined) {
        throw validationException(
          `The requested variant "${each.VariantName}" was not found in the endpoint "${endpoint.description.EndpointArn}".`,
        );
      }
      return { variant, ...each };
    });
    for (const { variant, DesiredInstanceCount, DesiredWeight } of wanted) {
      variant.desired = DesiredInstanceCount ?? variant.desired;
      variant.weight = DesiredWeight ?? variant.weight;
    }
    void this.settleCounts(endpoint);
    return { EndpointArn: endpoint.description.EndpointArn };
  }

  /** Gives a variant of an endpoint that is InService other instances, as scaling does. */
  scale(endpoint: Endpoint, variant: FleetVariant, desired: number): void {
    variant.desired = desired;
    void this.settleCounts(endpoint);
  }

  private async settleCounts(endpoint: Endpoint): Promise<void> {
    become(endpoint, "Updating");
    await this.context.clock.sleep(SCALING_SECONDS);
    for (const variant of endpoint.fleet.variants) {
      variant.count = variant.desired;
    }
    this.serve(endpoint);
  }

  async deleteEndpoint({ EndpointName }: { EndpointName: string }): Promise<unknown> {
    const endpoint = this.require(EndpointName);
    const { EndpointStatus: status, EndpointArn } = endpoint.description;
    if (status !== "InService" && status !== "Failed") {
      throw validationException(`Cannot update in-progress endpoint "${EndpointArn}".`);
    }
    become(endpoint, "Deleting");
    void this.remove(endpoint);
    return {};
  }

  private async remove(endpoint: Endpoint): Promise<void> {
    await Promise.all([endpoint.fleet.stop(), this.context.clock.sleep(DELETION_SECONDS)]);
    this.delete(nameOf(endpoint));
  }

  describeEndpoint({ EndpointName }: { EndpointName: string }): Partial<DescribeEndpointOutput> {
    const { description, fleet, pending } = this.require(EndpointName);
    return {
      ...description,
      EndpointConfigName: fleet.configuration.EndpointConfigName,
      ProductionVariants: fleet.summaries(false),
      ShadowProductionVariants: fleet.summaries(true),
      AsyncInferenceConfig: fleet.configuration.AsyncInferenceConfig,
      ...captureOf(fleet),
      ...(pending && {
        PendingDeploymentSummary: {
          EndpointConfigName: pending.configuration.EndpointConfigName,
          ProductionVariants: pending.summaries(false),
          StartTime: description.LastModifiedTime,
        },
      }),
    };
  }

  private requireSteady(name: string): Endpoint {
    const endpoint = this.require(name);
    const { EndpointStatus: status, EndpointArn } = endpoint.description;
    if (status !== "InService") {
      const state = status === "Failed" ? "failed" : "in-progress";
      throw validationException(`Cannot update ${state} endpoint "${EndpointArn}".`);
    }
    return endpoint;
  }

  private fleetOf(endpointName: string, configurationName: string): Fleet {
    const configuration = this.configurations.require(configurationName).description;
    return new Fleet(this.context, this.models, endpointName, configuration);
  }

  /** Ends all servers. */
  override async stop(): Promise<void> {
    await Promise.all(this.all.flatMap(({ fleet, pending }) => [fleet.stop(), pending?.stop()]));
  }
}

function nameOf({ description }: Endpoint): string {
  return description.EndpointName!;
}

function become({ description }: Endpoint, status: EndpointStatus, FailureReason?: string): void {
  const now = { EndpointStatus: status, FailureReason, LastModifiedTime: new Date() };
  Object.assign(description, now);
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
