import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";

import { clientSettings } from "../aws/clients";
import type { Classify } from "../local/function";
import { classifyBy, type FunctionResponse } from "../local/function-url";

/** Callers use the alias, as the function's permissions and its provisioned concurrency do. */
const ALIAS = "live";

/** Asks a function in AWS as its URL would, which needs no URL: `lambda:InvokeFunction` is enough. */
export function functionAsker(functionName: string, region: string): Classify {
  const client = new LambdaClient(clientSettings(region));
  return (photo) => classifyBy((event) => callFunction(client, functionName, event), photo);
}

/** Sends an event to a function, and returns its answer, or a failure where it ended without one. */
export async function callFunction(
  client: LambdaClient,
  functionName: string,
  event: Readonly<Record<string, unknown>>,
): Promise<FunctionResponse> {
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: ALIAS,
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError === undefined) {
    return JSON.parse(text) as FunctionResponse;
  }
  // It ended without an answer: a timeout, no memory left, an error on loading.
  const { errorType, errorMessage } = JSON.parse(text) as Record<string, string | undefined>;
  const message =
    `the function ${functionName} failed: ${[errorType, errorMessage].filter(Boolean).join(": ")}. ` +
    `Its log: aws logs tail /aws/lambda/${functionName} --since 10m`;
  return {
    statusCode: 502,
    body: JSON.stringify({ error: { code: "function_failed", message } }),
  };
}
