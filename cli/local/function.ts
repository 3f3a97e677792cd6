import { randomUUID } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { buildFunction } from "../../functions/classify/build";
import type { Photo } from "./photos";
import { explainRefusal } from "./refusal";

/** One label with its probability in [0, 1]. */
export interface Prediction {
  readonly label: string;
  readonly probability: number;
}

/**
 * What the function answered: labels most probable first, or a refusal with its status and reason, as the function gives
 * it (`message`) and as a person needs it (`explanation`).
 */
export type Answer =
  | {
      readonly kind: "classified";
      readonly predictions: readonly Prediction[];
      readonly model: string;
      readonly milliseconds: number;
    }
  | {
      readonly kind: "refused";
      readonly status: number;
      readonly message: string;
      readonly explanation: string;
    };

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
  const bundle = path.join(buildFunction(), "index.mjs");
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  return async (photo) => {
    const started = performance.now();
    const event = functionUrlEvent(photo);
    const response = isTooLarge(event) ? TOO_LARGE : await handler(event, lambdaContext());
    return readAnswer(photo.bytes, response, performance.now() - started);
  };
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

interface HandlerResponse {
  readonly statusCode: number;
  readonly body: string;
}

type Handler = (event: unknown, context: unknown) => Promise<HandlerResponse>;

/** Photo bytes that fit a request of 6 MB in base64, beside some hundred bytes of headers. */
export const LARGEST_PHOTO_BYTES = 4_700_000;
/**
 * What Lambda takes as the event of a synchronous call, function URLs included, and what it says to more.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const LARGEST_EVENT_BYTES = 6_291_556;
const TOO_LARGE: HandlerResponse = {
  statusCode: 413,
  body: JSON.stringify({
    error: {
      code: "request_too_large",
      message: `Request must be smaller than ${LARGEST_EVENT_BYTES} bytes for the InvokeFunction operation`,
    },
  }),
};

function isTooLarge(event: Record<string, unknown>): boolean {
  return Buffer.byteLength(JSON.stringify(event)) > LARGEST_EVENT_BYTES;
}

const LABELLED = "application/vnd.kennel+json";
const FUNCTION_TIMEOUT_MILLISECONDS = 30_000;

/**
 * A Lambda function URL event (payload format 2.0) with the photo as its body.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
function functionUrlEvent(photo: Pick<Photo, "bytes" | "contentType">): Record<string, unknown> {
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: "/",
    rawQueryString: "",
    headers: { "content-type": photo.contentType, accept: LABELLED },
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: "localhost",
      http: {
        method: "POST",
        path: "/",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "kennel",
      },
      requestId: randomUUID(),
      stage: "$default",
    },
    body: photo.bytes.toString("base64"),
    isBase64Encoded: true,
  };
}

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

function readAnswer(photo: Buffer, response: HandlerResponse, milliseconds: number): Answer {
  const body = JSON.parse(response.body) as {
    predictions?: Prediction[];
    model?: string;
    error?: { code?: string; message?: string };
  };
  if (response.statusCode === 200 && body.predictions !== undefined) {
    return {
      kind: "classified",
      predictions: body.predictions,
      model: body.model ?? "",
      milliseconds,
    };
  }
  const status = response.statusCode;
  const message = body.error?.message ?? response.body;
  const explanation = explainRefusal(photo, { status, code: body.error?.code ?? "", message });
  return { kind: "refused", status, message, explanation };
}
