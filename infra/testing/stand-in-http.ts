import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What AWS answers instead of a result. */
export class StandInAwsError extends Error {
  /** @param code such as `ValidationException` */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "StandInAwsError";
  }
}

/** Answers by operation as the header X-Amz-Target names it, such as `SageMaker.DescribeEndpoint`. */
export type Operations = Readonly<
  Record<string, (request: Readonly<Record<string, unknown>>) => unknown>
>;

/** A running server. */
export interface StandInHttp {
  /** The value for AWS_ENDPOINT_URL. */
  readonly url: string;
  stop(): void;
}

/**
 * Serves AWS's JSON protocols on a free loopback port, to any client of the AWS SDK.
 *
 * Signatures are not looked at. Dates are numbers of seconds. Source: smithy.io, "AWS JSON 1.1 protocol".
 */
export async function startStandInHttp(operations: Operations): Promise<StandInHttp> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const target = String(request.headers["x-amz-target"]);
      const [status, body] = answer(operations, target, Buffer.concat(chunks).toString());
      response.writeHead(status, { "Content-Type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(operations: Operations, target: string, text: string): [number, unknown] {
  try {
    const operation = operations[target];
    if (operation === undefined) {
      throw new StandInAwsError("UnknownOperationException", `The stand-in has no ${target}.`);
    }
    return [200, operation(JSON.parse(text || "{}") as Record<string, unknown>)];
  } catch (error) {
    const { code = "InternalFailure", message } = error as Partial<StandInAwsError>;
    return [400, { __type: code, message }];
  }
}
