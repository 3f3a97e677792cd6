import { detectImageType, type ImageType } from "@kennel/fetch-photo/image-type";

import { ClassifyError } from "./classify-error";

/**
 * Where an event comes from: a direct invocation with the payload itself, an API Gateway REST API (payload format 1.0), or
 * an HTTP API or function URL (payload format 2.0).
 */
export type EventForm = "direct" | "rest" | "http";

/** The photo of an event: its bytes, or where they are. */
export type PhotoSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "bytes"; readonly bytes: Buffer; readonly contentType: ImageType };

type Fields = Readonly<Record<string, unknown>>;

const HOW_TO_ASK =
  'Send {"url": "https://example.com/dog.jpg"}, or a JPEG, PNG or WebP file as the body of a POST request.';

/** Tells the forms apart by what only that form has. */
export function eventFormOf(event: unknown): EventForm {
  if (!isFields(event)) return "direct";
  if (isFields(event["requestContext"])) {
    if (isFields(event["requestContext"]["http"])) return "http";
    if (typeof event["httpMethod"] === "string") return "rest";
  }
  return "direct";
}

/** The HTTP method in capitals, or undefined for a direct event. */
export function methodOf(event: unknown, form: EventForm): string | undefined {
  if (form === "direct" || !isFields(event)) return undefined;
  const context = event["requestContext"] as Fields;
  const method = form === "rest" ? event["httpMethod"] : (context["http"] as Fields)["method"];
  return String(method).toUpperCase();
}

/**
 * Takes the photo, or its URL, out of an event. What is not needed is ignored; a URL is judged where it is used.
 *
 * @param maxBytes the largest photo in a body
 * @throws ClassifyError with status 400, 405, 413 or 415
 */
export function photoOf(event: unknown, form: EventForm, maxBytes: number): PhotoSource {
  if (form === "direct") return urlOf(event, "The event");
  const method = methodOf(event, form);
  if (method !== "POST") {
    throw new ClassifyError(`The method ${method} is not allowed; allowed: POST. ${HOW_TO_ASK}`, {
      code: "method_not_allowed",
      statusCode: 405,
    });
  }
  return photoOfBody(event as Fields, maxBytes);
}

/** A header of an HTTP event, or undefined; upper and lower case are alike. */
export function headerOf(event: unknown, name: string): string | undefined {
  const headers = isFields(event) ? event["headers"] : undefined;
  if (!isFields(headers)) return undefined;
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return typeof entry?.[1] === "string" ? entry[1] : undefined;
}

function photoOfBody(event: Fields, maxBytes: number): PhotoSource {
  const { body, isBase64Encoded } = event;
  if (typeof body !== "string" || body === "")
    throw invalid(`The request has no body. ${HOW_TO_ASK}`);
  const bytes = Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
  const contentType = detectImageType(bytes);
  if (contentType !== undefined) {
    if (bytes.length > maxBytes) throw tooLarge(bytes.length, maxBytes);
    return { kind: "bytes", bytes, contentType };
  }
  const claim = (headerOf(event, "content-type") ?? "").toLowerCase();
  if (claim.startsWith("image/")) throw notAPhoto(claim, isBase64Encoded === true);
  if (claim.startsWith("multipart/")) {
    throw unsupported(`Forms (${claim.split(";")[0]}) are not read. ${HOW_TO_ASK}`);
  }
  return urlOf(parseJson(bytes), "The body");
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw invalid(`The body is neither JSON nor a JPEG, PNG or WebP photo. ${HOW_TO_ASK}`, cause);
  }
}

function urlOf(value: unknown, what: string): PhotoSource {
  if (!isFields(value))
    throw invalid(`${what} is ${kindOf(value)}, not a JSON object. ${HOW_TO_ASK}`);
  const url = value["url"];
  if (url === undefined) throw invalid(`${what} has no "url". ${HOW_TO_ASK}`);
  if (typeof url !== "string") throw invalid(`"url" is ${kindOf(url)}, not a text. ${HOW_TO_ASK}`);
  return { kind: "url", url };
}

function notAPhoto(claim: string, isBase64Encoded: boolean): ClassifyError {
  // A REST API without binaryMediaTypes turns each byte that is no UTF-8 into U+FFFD; the photo is lost by then.
  const advice = isBase64Encoded
    ? "Allowed: JPEG, PNG and WebP, known by their first bytes. Convert the file, or send another."
    : "It arrived as text: add image/* to the API's binary media types, or send a URL instead.";
  return unsupported(
    `The body is not the photo that its Content-Type (${claim.slice(0, 80)}) says. ${advice}`,
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return "empty";
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function invalid(message: string, cause?: unknown): ClassifyError {
  return new ClassifyError(message, { code: "invalid_request", statusCode: 400, cause });
}

function unsupported(message: string): ClassifyError {
  return new ClassifyError(message, { code: "unsupported_media_type", statusCode: 415 });
}

function tooLarge(length: number, maxBytes: number): ClassifyError {
  return new ClassifyError(
    `The photo has ${length} bytes; allowed: ${maxBytes}. Send a smaller version of it.`,
    { code: "photo_too_large", statusCode: 413 },
  );
}
