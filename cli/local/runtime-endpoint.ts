import type { AddressInfo } from "node:net";

import type { FastifyInstance } from "fastify";

import { createAwsServer } from "../sandbox/aws-server";
import { addInvocationRoute } from "../sandbox/runtime-routes";
import { endpointNotFound, inferenceOf } from "../sandbox/sagemaker/runtime";

/** Endpoint name -> base URL of the container that serves it. */
export type Routes = Readonly<Record<string, string>>;

/**
 * SageMaker's InvokeEndpoint on loopback, in front of containers: the AWS SDK is pointed here by
 * AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME.
 */
export class RuntimeEndpoint {
  private constructor(private readonly server: FastifyInstance) {}

  static async start(routes: Routes): Promise<RuntimeEndpoint> {
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
    await server.listen({ host: "127.0.0.1", port: 0 });
    return new RuntimeEndpoint(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await this.server.close();
  }
}
