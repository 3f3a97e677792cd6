import { buffer } from "node:stream/consumers";

import type { FastifyInstance, FastifyRequest } from "fastify";

import { AwsError } from "./aws-error";
import { CUSTOM_ATTRIBUTES, type Runtime } from "./sagemaker/runtime";
import type { SageMaker } from "./sagemaker/service";

interface Call {
  readonly Params: { readonly name: string };
}

const LARGEST_BODY_BYTES = 25 * 1024 * 1024;

/** SageMaker's runtime API: InvokeEndpoint and InvokeEndpointAsync. */
export function addRuntimeRoutes(
  server: FastifyInstance,
  sageMakerOf: (request: FastifyRequest) => SageMaker,
): void {
  addInvocationRoute(server, (request) => sageMakerOf(request).runtime);
  server.post<Call>("/endpoints/:name/async-invocations", async (request, reply) => {
    const { inferenceId, outputLocation, failureLocation } = sageMakerOf(
      request,
    ).asyncInference.invoke({
      ...targetOf(request),
      headers: headersOf(request, "x-amzn-sagemaker-content-type", "x-amzn-sagemaker-accept"),
      inputLocation: headerOf(request, "x-amzn-sagemaker-inputlocation") ?? "",
    });
    void reply.code(202).header("x-amzn-sagemaker-outputlocation", outputLocation);
    if (failureLocation !== undefined) {
      void reply.header("x-amzn-sagemaker-failurelocation", failureLocation);
    }
    return reply.send({ InferenceId: inferenceId });
  });
  server.post("/endpoints/:name/invocations-response-stream", () => {
    throw new AwsError("ValidationError", "The sandbox's models don't answer in a stream.");
  });
}

/**
 * InvokeEndpoint, in the service's forms.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 *
 * @param server takes bodies as streams
 */
export function addInvocationRoute(
  server: FastifyInstance,
  runtimeOf: (request: FastifyRequest) => Pick<Runtime, "invoke">,
): void {
  server.post<Call>("/endpoints/:name/invocations", async (request, reply) => {
    const body = await buffer(request.raw);
    if (body.length > LARGEST_BODY_BYTES) {
      throw new AwsError("ValidationError", `The body is larger than ${LARGEST_BODY_BYTES} bytes.`);
    }
    // Of a request's headers only these reach a container.
    const headers = headersOf(request, "content-type", "accept");
    const answer = await runtimeOf(request).invoke({ ...targetOf(request), headers, body });
    if (answer.customAttributes !== undefined) {
      void reply.header(CUSTOM_ATTRIBUTES, answer.customAttributes);
    }
    return reply
      .header("x-amzn-Invoked-Production-Variant", answer.variantName)
      .type(answer.contentType)
      .send(answer.body);
  });
}

function targetOf(request: FastifyRequest<Call>) {
  return {
    endpointName: request.params.name,
    targetVariant: headerOf(request, "x-amzn-sagemaker-target-variant"),
    inferenceId: headerOf(request, "x-amzn-sagemaker-inference-id"),
  };
}

/** What a container gets, from the headers that say it of synchronous or of asynchronous requests. */
function headersOf(
  request: FastifyRequest,
  contentType: string,
  accept: string,
): Record<string, string> {
  const named = { "content-type": contentType, accept, [CUSTOM_ATTRIBUTES]: CUSTOM_ATTRIBUTES };
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, header]) => {
      const value = headerOf(request, header);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}
