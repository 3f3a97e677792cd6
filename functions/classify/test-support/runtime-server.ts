import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** One answer of the stand-in for SageMaker's runtime API. */
export interface RuntimeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** "hang" never answers, "stall" stops in the middle of the body, "reset" cuts the connection. */
  readonly behaviour?: "hang" | "stall" | "reset";
}

/** What arrived. */
export interface RuntimeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A real HTTP server on loopback that speaks SageMaker's runtime API: POST /endpoints/NAME/invocations. */
export interface RuntimeServer {
  readonly url: string;
  readonly requests: RuntimeRequest[];
  /** Answers of the next requests, in order; the last one stays. */
  reply(...replies: RuntimeReply[]): void;
  close(): Promise<void>;
}

/** What a container that knows its classes answers. */
export const LABELLED_ANSWER = {
  predictions: [
    { label: "Beagle", probability: 0.75 },
    { label: "Akita", probability: 0.25 },
  ],
  scores: [0.5, 1.5986],
  model: "sha256:0123456789ab",
  timings: { queue_ms: 0, decode_ms: 1, inference_ms: 2, total_ms: 3 },
};

export const LABELLED_REPLY: RuntimeReply = {
  headers: { "content-type": "application/vnd.kennel+json" },
  body: JSON.stringify(LABELLED_ANSWER),
};

/** An error as the service sends it: the type in a header, the rest in the body. */
export function serviceError(
  status: number,
  type: string,
  body: Readonly<Record<string, unknown>>,
): RuntimeReply {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": type },
    body: JSON.stringify(body),
  };
}

/** What the service makes of a container's error. */
export function modelError(originalStatus: number, originalMessage: string): RuntimeReply {
  return serviceError(424, "ModelError", {
    ErrorCode: originalStatus < 500 ? "CLIENT_ERROR_FROM_MODEL" : "SERVER_ERROR_FROM_MODEL",
    LogStreamArn:
      "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/sagemaker/Endpoints/kennel-test",
    Message: `Received error (${originalStatus}) from primary with message "${originalMessage}".`,
    OriginalMessage: originalMessage,
    OriginalStatusCode: originalStatus,
  });
}

/** Starts the server on any free port. */
export async function startRuntimeServer(): Promise<RuntimeServer> {
  const requests: RuntimeRequest[] = [];
  let replies: RuntimeReply[] = [LABELLED_REPLY];
  const server: Server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { method = "", url: path = "", headers } = request;
      requests.push({ method, path, headers, body });
      const reply = replies.length > 1 ? replies.shift() : replies[0];
      if (reply?.behaviour === "hang") return;
      if (reply?.behaviour === "reset") {
        response.destroy();
        return;
      }
      response.writeHead(reply?.status ?? 200, reply?.headers);
      if (reply?.behaviour === "stall") response.write("[[0.1,");
      else response.end(reply?.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    reply: (...next) => {
      replies = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
