import { randomUUID } from "node:crypto";

import { LABELLED } from "../../functions/classify/answer";
import type { Prediction } from "../../functions/classify/classification";
import type { Photo } from "./photos";
import { explainRefusal } from "./refusal";

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

/** What the function answers to a request of its URL. */
export interface FunctionResponse {
  readonly statusCode: number;
  readonly body: string;
}

/** Photo bytes that fit a request of 6 MB in base64, beside some hundred bytes of headers. */
export const LARGEST_PHOTO_BYTES = 4_700_000;
/**
 * What Lambda takes as the event of a synchronous call, function URLs included, and what it says to more.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const LARGEST_EVENT_BYTES = 6_291_556;
export const TOO_LARGE_MESSAGE = `Request must be smaller than ${LARGEST_EVENT_BYTES} bytes for the InvokeFunction operation`;
const TOO_LARGE: FunctionResponse = {
  statusCode: 413,
  body: JSON.stringify({ error: { code: "request_too_large", message: TOO_LARGE_MESSAGE } }),
};

/** A request of a function's URL; what is not said is of a photo that this machine sends. */
export interface UrlRequest {
  readonly method?: string;
  readonly path?: string;
  /** With its `?`. */
  readonly search?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Whether the body is handed over as it is, and not in base64. */
  readonly isText?: boolean;
  readonly functionName?: string;
  readonly sourceIp?: string;
}

/**
 * A Lambda function URL event (payload format 2.0).
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function urlEvent(request: UrlRequest): Record<string, unknown> {
  const { method = "POST", path = "/", search = "", headers, body, isText = false } = request;
  const { functionName: apiId = "local", sourceIp = "127.0.0.1" } = request;
  return {
    ...{ version: "2.0", routeKey: "$default", rawPath: path, rawQueryString: search.slice(1) },
    headers,
    ...(search !== "" && {
      queryStringParameters: Object.fromEntries(new URLSearchParams(search)),
    }),
    requestContext: {
      ...{ accountId: "anonymous", apiId, domainName: headers["host"] ?? "localhost" },
      http: {
        ...{ method, path, protocol: "HTTP/1.1" },
        ...{ sourceIp, userAgent: headers["user-agent"] ?? "kennel" },
      },
      ...{ requestId: randomUUID(), routeKey: "$default", stage: "$default" },
      timeEpoch: Date.now(),
    },
    ...(body.length > 0 && {
      body: body.toString(isText ? "utf8" : "base64"),
      isBase64Encoded: !isText,
    }),
  };
}

/** The event of a photo that is to be answered with labels. */
export function functionUrlEvent(
  photo: Pick<Photo, "bytes" | "contentType">,
): Record<string, unknown> {
  const headers = { "content-type": photo.contentType, accept: LABELLED };
  return urlEvent({ headers, body: photo.bytes });
}

/** Classifies a photo by a function's answer to the event that its URL would make of it; what Lambda would refuse is not sent. */
export async function classifyBy(
  answerTo: (event: Readonly<Record<string, unknown>>) => Promise<FunctionResponse>,
  photo: Pick<Photo, "bytes" | "contentType">,
): Promise<Answer> {
  const started = performance.now();
  const event = functionUrlEvent(photo);
  const isTooLarge = Buffer.byteLength(JSON.stringify(event)) > LARGEST_EVENT_BYTES;
  const response = isTooLarge ? TOO_LARGE : await answerTo(event);
  return readAnswer(photo.bytes, response, performance.now() - started);
}

/** The answer in a response; a refusal in the words that fit what was sent. */
function readAnswer(photo: Buffer, response: FunctionResponse, milliseconds: number): Answer {
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
