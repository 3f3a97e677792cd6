import { ClassifyError } from "./classify-error";
import {
  type Fields,
  HOW_TO_ASK,
  isFields,
  photoOfBody,
  type PhotoSource,
  sourceOf,
} from "./photo-body";

/**
 * Where an event comes from: a direct invocation with the payload itself, an API Gateway REST API (payload format 1.0), an
 * HTTP API or function URL (payload format 2.0), an Application Load Balancer, or another AWS service that reports something.
 */
export type EventForm = "direct" | "rest" | "http" | "alb" | "service";

/** Tells the forms apart by what only that form has. */
export function eventFormOf(event: unknown): EventForm {
  if (!isFields(event)) return "direct";
  if (serviceOf(event) !== undefined) return "service";
  const { requestContext, httpMethod } = event;
  if (!isFields(requestContext)) return "direct";
  if (isFields(requestContext["elb"])) return "alb";
  if (isFields(requestContext["http"])) return "http";
  return typeof httpMethod === "string" ? "rest" : "direct";
}

/** The service behind an event that nobody waits for an answer to, such as `aws:sqs` or `aws.s3`. */
function serviceOf(event: Fields): string | undefined {
  const [record] = Array.isArray(event["Records"]) ? (event["Records"] as unknown[]) : [];
  const source = isFields(record) ? (record["eventSource"] ?? record["EventSource"]) : undefined;
  if (typeof source === "string") return source;
  // EventBridge, its schedules included.
  return typeof event["source"] === "string" && typeof event["detail-type"] === "string"
    ? event["source"]
    : undefined;
}

/** The HTTP method in capitals, or undefined for an event without one. */
export function methodOf(event: unknown, form: EventForm): string | undefined {
  if (form === "direct" || form === "service" || !isFields(event)) return undefined;
  const context = event["requestContext"] as Fields;
  const method = form === "http" ? (context["http"] as Fields)["method"] : event["httpMethod"];
  return String(method).toUpperCase();
}

/**
 * Takes the photo, or its URL, out of an event. What is not needed is ignored; a URL is checked where it is used.
 *
 * @param maxBytes the largest photo in an event
 * @throws ClassifyError with status 400, 405, 413 or 415
 */
export async function photoOf(
  event: unknown,
  form: EventForm,
  maxBytes: number,
): Promise<PhotoSource> {
  if (form === "direct") return sourceOf(event, "The event", maxBytes);
  if (form === "service") throw nobodyToAnswer(serviceOf(event as Fields)!);
  const method = methodOf(event, form);
  if (method !== "POST") {
    const message = `The method ${method} is not allowed; allowed: POST. ${HOW_TO_ASK}`;
    throw new ClassifyError("method_not_allowed", message);
  }
  const { body, isBase64Encoded } = event as Fields;
  if (typeof body !== "string" || body === "") {
    throw new ClassifyError("invalid_request", `The request has no body. ${HOW_TO_ASK}`);
  }
  const contentType = headerOf(event, "content-type") ?? "";
  const parts = { text: body, isBase64Encoded: isBase64Encoded === true, contentType };
  return photoOfBody(parts, maxBytes);
}

/** Whether a load balancer sends, and so also wants, each header as a list. */
export function hasHeaderLists(event: unknown): boolean {
  return isFields(event) && isFields(event["multiValueHeaders"]) && !isFields(event["headers"]);
}

/** A header of an HTTP event, or undefined; upper and lower case are alike, and values of a list are joined. */
export function headerOf(event: unknown, name: string): string | undefined {
  if (!isFields(event)) return undefined;
  for (const headers of [event["headers"], event["multiValueHeaders"]]) {
    const entries = isFields(headers) ? Object.entries(headers) : [];
    const value = entries.find(([key]) => key.toLowerCase() === name)?.[1];
    if (typeof value === "string") return value;
    if (Array.isArray(value)) return value.join(", ");
  }
  return undefined;
}

function nobodyToAnswer(service: string): ClassifyError {
  return new ClassifyError(
    "unsupported_event",
    `The event comes from ${service.slice(0, 80)}, which keeps no answer. Invoke the function with {"url": …} or {"image": …} instead; ` +
      "for many photos there is SageMaker's batch transform.",
  );
}
