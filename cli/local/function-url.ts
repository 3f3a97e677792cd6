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
export const TOO_LARGE: FunctionResponse = {
  statusCode: 413,
  body: JSON.stringify({
    error: {
      code: "request_too_large",
      message: TOO_LARGE_MESSAGE,
    },
  }),
};

export function isTooLarge(event: Readonly<Record<string, unknown>>): boolean {
  return Buffer.byteLength(JSON.stringify(event)) > LARGEST_EVENT_BYTES;
}

/**
 * A Lambda function URL event (payload format 2.0) with the photo as its body.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function functionUrlEvent(
  photo: Pick<Photo, "bytes" | "contentType">,
): Record<string, unknown> {
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

/** The answer in a response; a refusal in the words that fit what was sent. */
export function readAnswer(
  photo: Buffer,
  response: FunctionResponse,
  milliseconds: number,
): Answer {
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
