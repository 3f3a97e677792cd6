import { OFFLINE_ACCOUNT } from "../../offline-account";
import { AwsError } from "../aws-error";
import type { Endpoint, Endpoints } from "./endpoints";
import type { FleetVariant } from "./fleet";
import type { Metrics } from "../metrics";
import type { DataCapture } from "./data-capture";
import type { Inference, Invocation } from "./invocation";

export const CUSTOM_ATTRIBUTES = "x-amzn-sagemaker-custom-attributes";
const INVOCATION_SECONDS = 60;
const ASYNC_INVOCATION_SECONDS = 900;

/** An endpoint that does not serve. */
export function endpointNotFound(name: string): AwsError {
  return new AwsError(
    "ValidationError",
    `Endpoint ${name} of account ${OFFLINE_ACCOUNT} not found.`,
  );
}

/** What the container did not manage: status 424 with the container's own status and message. */
export class ModelError extends AwsError {
  constructor(
    message: string,
    OriginalStatusCode: number,
    readonly originalMessage: string,
  ) {
    super("ModelError", message, 424, { OriginalStatusCode, OriginalMessage: originalMessage });
  }
}

/**
 * SageMaker's runtime in front of the endpoints' servers: the requests are shared out by the variants' weights, and during a
 * deployment by how far it is.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export class Runtime {
  /** What each variant is owed: it is chosen as often as its share says, and not by chance. */
  private readonly credit = new WeakMap<FleetVariant, number>();

  constructor(
    private readonly endpoints: Endpoints,
    private readonly metrics: Metrics,
    private readonly capture: DataCapture,
  ) {}

  /** @throws AwsError as the runtime refuses, and {@link ModelError} where the container does */
  async invoke(invocation: Invocation): Promise<Inference> {
    const { fleet } = this.require(invocation.endpointName);
    if (fleet.configuration.AsyncInferenceConfig !== undefined) {
      const message = `Endpoint ${invocation.endpointName} is asynchronous: use InvokeEndpointAsync.`;
      throw new AwsError("ValidationError", message);
    }
    return this.answer(invocation);
  }

  /** An endpoint that serves. @throws AwsError as the runtime refuses */
  require(name: string): Endpoint {
    const endpoint = this.endpoints.find(name);
    const status = endpoint?.description.EndpointStatus ?? "";
    if (endpoint === undefined || ["Creating", "Failed", "Deleting"].includes(status)) {
      throw endpointNotFound(name);
    }
    return endpoint;
  }

  /** Answers any request, without the limits of synchronous ones. @throws ModelError where the container refuses */
  async answer(invocation: Invocation): Promise<Inference> {
    const endpoint = this.require(invocation.endpointName);
    const [variant, shadows] = this.choose(endpoint, invocation.targetVariant);
    for (const shadow of shadows) {
      // A shadow's answer is nobody's.
      void this.ask(endpoint, shadow, invocation).catch(() => undefined);
    }
    const answer = await this.ask(endpoint, variant, invocation);
    const isPending = endpoint.pending?.variants.includes(variant) === true;
    const { configuration } = isPending ? endpoint.pending! : endpoint.fleet;
    if (configuration.DataCaptureConfig !== undefined) {
      this.capture.add(configuration.DataCaptureConfig, invocation, answer);
    }
    return answer;
  }

  private choose(
    { fleet, pending, traffic }: Endpoint,
    targetVariant: string | undefined,
  ): [FleetVariant, FleetVariant[]] {
    const shares = [
      { variants: fleet.variants, share: pending === undefined ? 1 : 1 - traffic },
      { variants: pending?.variants ?? [], share: traffic },
    ].flatMap(({ variants, share }) => {
      const production = variants.filter(({ isShadow }) => !isShadow);
      const sum = production.reduce((total, { weight }) => total + weight, 0) || 1;
      return production.map((variant) => ({ variant, share: (share * variant.weight) / sum }));
    });
    const allowed = shares.filter(({ variant: { settings }, share }) =>
      targetVariant === undefined ? share > 0 : settings.VariantName === targetVariant,
    );
    if (allowed.length === 0) {
      throw new AwsError("ValidationError", `There is no variant ${targetVariant} to ask.`);
    }
    for (const { variant, share } of allowed) {
      this.credit.set(variant, (this.credit.get(variant) ?? 0) + share);
    }
    const owed = ({ variant }: { variant: FleetVariant }) => this.credit.get(variant)!;
    const { variant } = allowed.reduce((best, each) => (owed(each) > owed(best) ? each : best));
    const total = allowed.reduce((sum, { share }) => sum + share, 0);
    this.credit.set(variant, this.credit.get(variant)! - total);
    return [variant, fleet.variants.filter(({ isShadow }) => isShadow)];
  }

  private async ask(
    endpoint: Endpoint,
    variant: FleetVariant,
    { headers, body }: Invocation,
  ): Promise<Inference> {
    const variantName = variant.settings.VariantName!;
    const isAsync = endpoint.fleet.configuration.AsyncInferenceConfig !== undefined;
    const seconds = isAsync ? ASYNC_INVOCATION_SECONDS : INVOCATION_SECONDS;
    const started = performance.now();
    const answer = await fetch(`${variant.server!.url}/invocations`, {
      method: "POST",
      headers,
      body: body as BodyInit,
      signal: AbortSignal.timeout(seconds * 1000),
    }).catch((error: Error) => new Response(error.message, { status: 503 }));
    try {
      return await inferenceOf(variantName, answer);
    } finally {
      const dimensions = {
        EndpointName: endpoint.description.EndpointName!,
        VariantName: variantName,
      };
      const { status } = answer;
      this.metrics.add(dimensions, "Microseconds", {
        ModelLatency: (performance.now() - started) * 1000,
      });
      // Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
      this.metrics.add(dimensions, "None", {
        Invocations: 1,
        InvocationsPerInstance: 1 / Math.max(1, variant.count ?? 1),
        Invocation4XXErrors: status >= 400 && status < 500 ? 1 : 0,
        Invocation5XXErrors: status >= 500 ? 1 : 0,
        InvocationModelErrors: status < 300 ? 0 : 1,
      });
    }
  }
}

/** What a container's answer is to whoever has asked. @throws ModelError where it refuses */
export async function inferenceOf(variantName: string, answer: Response): Promise<Inference> {
  const { ok, status, headers } = answer;
  const body = Buffer.from(await answer.arrayBuffer());
  if (!ok) {
    const text = body.toString();
    const side = status < 500 ? "client" : "server";
    throw new ModelError(
      `Received ${side} error (${status}) from ${variantName} with message "${text}".`,
      status,
      text,
    );
  }
  return {
    variantName,
    contentType: headers.get("content-type") ?? "application/octet-stream",
    customAttributes: headers.get(CUSTOM_ATTRIBUTES) ?? undefined,
    body,
  };
}
