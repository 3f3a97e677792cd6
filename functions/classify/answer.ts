import type { EventForm } from "./event";
import type { Classification, Prediction } from "./classification";

/** What a lambda proxy answers; the keys beyond HTTP's are for direct callers. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The headers again, for load balancers that read these alone. */
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  /** Python's name of the body's type, which callers of the original function were given. */
  readonly "type-result"?: string;
  readonly body: string;
  readonly predictions?: readonly Prediction[];
}

/** A failure as answers and logs need it. */
export interface Failure {
  readonly code: string;
  readonly statusCode: number;
  readonly message: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** The media type of labelled answers. */
export const LABELLED = "application/vnd.kennel+json";

const CORS = { "Access-Control-Allow-Origin": "*" };

/**
 * The answer to a classified photo. Callers get the scores in the original shape, `[[score, …]]` as JSON text in `body`, and
 * the labels beside it; HTTP callers that accept `application/vnd.kennel+json` get a labelled body.
 *
 * @param accept the caller's Accept header, if any
 */
export function classifiedAnswer(
  classification: Classification,
  form: EventForm,
  accept: string | undefined,
): Answer {
  const { scores, predictions, model } = classification;
  if (form !== "direct" && acceptsLabelled(accept)) {
    return {
      statusCode: 200,
      headers: { "Content-Type": LABELLED, ...CORS },
      body: JSON.stringify({ predictions, scores, model }),
    };
  }
  const original = {
    statusCode: 200,
    headers: { "Content-Type": "text/plain", ...CORS },
    body: JSON.stringify([scores]),
  };
  // A REST API and a load balancer answer 502 for keys that they do not know.
  if (form === "rest" || form === "alb") return original;
  const answer: Answer = { ...original, "type-result": "<class 'str'>" };
  return predictions === undefined ? answer : { ...answer, predictions };
}

/** The one shape of every error: `{"error": {"code", "message"}}`. */
export function errorAnswer(failure: Failure): Answer {
  const { code, message, statusCode, retryAfterSeconds } = failure;
  return {
    statusCode,
    headers: {
      "Content-Type": "application/json",
      ...CORS,
      ...(statusCode === 405 ? { Allow: "POST, OPTIONS" } : {}),
      ...(retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) }),
    },
    body: JSON.stringify({ error: { code, message } }),
  };
}

/** The answer with its headers also as lists. */
export function withHeaderLists(answer: Answer): Answer {
  const lists = Object.entries(answer.headers).map(([name, value]) => [name, [value]] as const);
  return { ...answer, multiValueHeaders: Object.fromEntries(lists) };
}

/** What a browser asks before it posts a photo or JSON from another site's page. */
export function preflightAnswer(): Answer {
  return {
    statusCode: 204,
    headers: {
      ...CORS,
      "Access-Control-Allow-Methods": "POST, OPTIONS",
      "Access-Control-Allow-Headers": "Content-Type, Accept",
      "Access-Control-Max-Age": "86400",
    },
    body: "",
  };
}

/** Only the exact type counts: `application/json` and wildcards are what many old callers send without meaning them. */
function acceptsLabelled(accept = ""): boolean {
  return accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    return type === LABELLED && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
