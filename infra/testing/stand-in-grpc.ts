import * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";

type Properties = Record<string, unknown>;

/** The provider gave up waiting for something that goes on: the engine keeps its state, and calls the update failed. */
export class UnfinishedError extends Error {
  constructor(
    readonly id: string,
    readonly state: Properties,
    message: string,
  ) {
    super(message);
  }
}

/** A method with one request and one response. */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
) {
  return (
    call: grpc.ServerUnaryCall<Request, Response>,
    callback: grpc.sendUnaryData<Response>,
  ): void => {
    Promise.resolve()
      .then(() => answer(call.request))
      .then(
        (response) => callback(null, response),
        (error: Error) =>
          callback({
            code: grpc.status.UNKNOWN,
            message: error.message,
            ...(error instanceof UnfinishedError && { metadata: unfinished(error) }),
          }),
      );
  };
}

/** How a provider tells the engine to keep the state of something that is not ready. Source: pulumi, provider/server.ts. */
function unfinished({ id, state, message }: UnfinishedError): grpc.Metadata {
  const detail = new ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct(state));
  detail.setReasonsList([message]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return metadata;
}

export function fromStruct(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

export function toStruct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}
