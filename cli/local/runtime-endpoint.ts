import { createAwsServer } from "../sandbox/aws-server";
import { addInvocationRoute } from "../sandbox/runtime-routes";
import { endpointNotFound, inferenceOf } from "../sandbox/sagemaker/runtime";

/** What answers on loopback. */
export interface LoopbackServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * SageMaker's InvokeEndpoint on loopback, in front of containers: the AWS SDK is pointed here by
 * AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME.
 *
 * @param routes the base URL of the container that serves each endpoint, by the endpoint's name
 */
export async function startRuntime(
  routes: Readonly<Record<string, string>>,
): Promise<LoopbackServer> {
  const server = createAwsServer();
  addInvocationRoute(server, () => ({
    invoke: async ({ endpointName, headers, body }) => {
      const container = routes[endpointName];
      if (container === undefined) {
        throw endpointNotFound(endpointName);
      }
      const request = { method: "POST", headers, body: body as BodyInit };
      return inferenceOf("primary", await fetch(`${container}/invocations`, request));
    },
  }));
  return { url: await server.listen({ host: "127.0.0.1", port: 0 }), stop: () => server.close() };
}
