import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import {
  InvokeEndpointCommand,
  ModelError,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";

import { clientSettings } from "../aws/clients";
import type { Target } from "../invoke/target";
import { functionUrlEvent } from "../local/function-url";
import type { Photo } from "../local/photos";
import type { CountInstances, Send } from "./run-load";

/** Sends the photos in turn, each once: an error is what is being measured, and not to be tried away. */
export function senderTo(
  { kind, name }: Target,
  photos: readonly Photo[],
  region: string,
  maximumInFlight: number,
): Send {
  const settings = {
    ...clientSettings(region),
    maxAttempts: 1,
    requestHandler: {
      httpAgent: { maxSockets: maximumInFlight },
      httpsAgent: { maxSockets: maximumInFlight },
    },
  };
  const call =
    kind === "function"
      ? callFunction(new LambdaClient(settings), name)
      : callEndpoint(new SageMakerRuntimeClient(settings), name);
  return async (index) => {
    try {
      return await call(photos[index % photos.length]!);
    } catch (error) {
      return reasonOf(error as Error);
    }
  };
}

type Call = (photo: Photo) => Promise<string | undefined>;

function callEndpoint(client: SageMakerRuntimeClient, EndpointName: string): Call {
  return async ({ bytes, contentType }) => {
    await client.send(
      new InvokeEndpointCommand({ EndpointName, Body: bytes, ContentType: contentType }),
    );
    return undefined;
  };
}

function callFunction(client: LambdaClient, FunctionName: string): Call {
  return async (photo) => {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({
        FunctionName,
        Qualifier: "live",
        Payload: Buffer.from(JSON.stringify(functionUrlEvent(photo))),
      }),
    );
    if (FunctionError !== undefined) {
      return `function failed (${FunctionError})`;
    }
    const { statusCode, body } = JSON.parse(Buffer.from(Payload ?? []).toString()) as {
      statusCode: number;
      body: string;
    };
    return statusCode === 200 ? undefined : `${statusCode} ${codeOf(body)}`;
  };
}

function codeOf(body: string): string {
  try {
    return (JSON.parse(body) as { error: { code: string } }).error.code;
  } catch {
    return "";
  }
}

function reasonOf(error: Error): string {
  if (error instanceof ModelError) {
    return `${error.OriginalStatusCode ?? 0} from the container`;
  }
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

/** Counts the instances that serve an endpoint; what can't be seen is not counted. */
export function instancesOf(endpointName: string, region: string): CountInstances {
  const client = new SageMakerClient(clientSettings(region));
  return async () => {
    try {
      const { ProductionVariants = [] } = await client.send(
        new DescribeEndpointCommand({ EndpointName: endpointName }),
      );
      return ProductionVariants.reduce((sum, each) => sum + (each.CurrentInstanceCount ?? 0), 0);
    } catch {
      return undefined;
    }
  };
}
