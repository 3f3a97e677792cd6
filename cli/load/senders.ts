import { LambdaClient } from "@aws-sdk/client-lambda";
import { ModelError, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

import { clientSettings } from "../aws/clients";
import { callEndpoint } from "../invoke/ask-endpoint";
import { callFunction } from "../invoke/ask-function";
import type { Target } from "../invoke/open-way";
import { type FunctionResponse, functionUrlEvent } from "../local/function-url";
import type { Photo } from "../local/photos";
import type { Send } from "./run-load";

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
  const [runtime, lambda] = [new SageMakerRuntimeClient(settings), new LambdaClient(settings)];
  const call = async (photo: Photo): Promise<string | undefined> => {
    if (kind === "function") {
      return refusalIn(await callFunction(lambda, name, functionUrlEvent(photo)));
    }
    await callEndpoint(runtime, name, photo);
    return undefined;
  };
  return (index) => call(photos[index % photos.length]!).catch(reasonOf);
}

function refusalIn({ statusCode, body }: FunctionResponse): string | undefined {
  if (statusCode === 200) {
    return undefined;
  }
  const [, code = ""] = /"code":"(\w+)"/.exec(body) ?? [];
  return `${statusCode} ${code}`;
}

function reasonOf(error: Error): string {
  if (error instanceof ModelError) {
    return `${error.OriginalStatusCode ?? 0} from the container`;
  }
  return (error as NodeJS.ErrnoException).code ?? error.name;
}
