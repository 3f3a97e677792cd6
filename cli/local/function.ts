import { randomUUID } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { functionBundle } from "../../infra/function-bundle";
import { type Answer, classifyBy, type FunctionResponse } from "./function-url";
import type { Photo } from "./photos";

/** Classifies one photo, or the JSON that names its address, through the Lambda handler. */
export type Classify = (photo: Pick<Photo, "bytes" | "contentType">) => Promise<Answer>;

export interface Classification {
  readonly photo: string;
  readonly answer: Answer;
}

/**
 * Bundles the Lambda function as `pulumi up` would, sets the environment that Lambda would set, and loads the handler.
 * The AWS SDK inside reaches `runtimeUrl` by its own endpoint setting; the credentials only sign loopback requests.
 */
export async function loadFunction(where: {
  readonly endpointName: string;
  readonly runtimeUrl: string;
}): Promise<Classify> {
  Object.assign(process.env, {
    ENDPOINT_NAME: where.endpointName,
    AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: where.runtimeUrl,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "loopback",
    AWS_SECRET_ACCESS_KEY: "loopback",
    AWS_LAMBDA_FUNCTION_NAME: "kennel-local-classify",
    POWERTOOLS_SERVICE_NAME: "classify",
    POWERTOOLS_LOG_LEVEL: "SILENT",
    POWERTOOLS_METRICS_DISABLED: "true",
    // Lambda runs Node 22; the warning would be about this machine.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
  delete process.env["AWS_SESSION_TOKEN"];
  delete process.env["AWS_PROFILE"];
  const bundle = path.join(functionBundle(), "index.mjs");
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  return (photo) => classifyBy((event) => handler(event, lambdaContext()), photo);
}

/** Classifies the photos one after another, in order. */
export async function classifyPhotos(
  classify: Classify,
  photos: readonly Photo[],
): Promise<Classification[]> {
  const results: Classification[] = [];
  for (const photo of photos) {
    results.push({ photo: photo.name, answer: await classify(photo) });
  }
  return results;
}

type Handler = (event: unknown, context: unknown) => Promise<FunctionResponse>;

const FUNCTION_TIMEOUT_MILLISECONDS = 30_000;

function lambdaContext(): Record<string, unknown> {
  const deadline = Date.now() + FUNCTION_TIMEOUT_MILLISECONDS;
  return {
    awsRequestId: randomUUID(),
    functionName: "kennel-local-classify",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:kennel-local-classify",
    memoryLimitInMB: "512",
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
