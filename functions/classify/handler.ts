import type { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { checkPhotoUrl, type fetchPhoto } from "@kennel/fetch-photo";
import { PhotoError } from "@kennel/fetch-photo/photo-error";
import type { Context } from "aws-lambda";

import {
  classifiedAnswer,
  errorAnswer,
  preflightAnswer,
  withHeaderLists,
  type Answer,
  type Failure,
} from "./answer";
import type { Classification } from "./classification";
import { ClassifyError } from "./classify-error";
import { eventFormOf, hasHeaderLists, headerOf, methodOf, photoOf, type EventForm } from "./event";
import { invokeEndpoint } from "./invoke-endpoint";
import { outcomeOf, type Measure, type Measurement } from "./measurements";
import type { PhotoSource } from "./photo-body";
import type { Settings } from "./settings";

/** The part of Powertools' logger that is used. */
export interface Log extends Record<"info" | "warn" | "error", LogLine> {
  addContext(context: Context): void;
}
type LogLine = (message: string, fields: Record<string, unknown>) => void;

/** What the handler works with. */
export interface Dependencies {
  readonly settings: Settings;
  readonly runtimeClient: SageMakerRuntimeClient;
  readonly fetchPhoto: typeof fetchPhoto;
  readonly log: Log;
  readonly measure: Measure;
}

/** Lambda's context, which callers on a laptop may not have. */
export type InvocationContext = Partial<
  Pick<Context, "awsRequestId" | "getRemainingTimeInMillis" | "invokedFunctionArn">
>;

export type Handler = (event: unknown, context?: InvocationContext) => Promise<Answer>;

/** What is sent to the endpoint. */
interface Payload {
  readonly body: Uint8Array;
  readonly contentType: string;
}

/** Kept back from the function's own time limit, so that an answer gets out before Lambda ends it. */
const ANSWER_RESERVE_MS = 250;
const JSON_TYPE = "application/json";

/** How far an event has come, for its metrics. */
type Progress = Partial<Pick<Measurement, "fetchMs" | "endpointMs" | "photoBytes" | "attempts">>;

/** A call that failed as a whole: what Lambda shows to its caller, or keeps with the event. */
class FailedCall extends Error {
  override readonly name = "FailedCall";

  constructor({ code, message }: Failure) {
    super(`${code}: ${message}`);
  }
}

/**
 * Whether a failed call must also fail for Lambda: a direct one may (`failDirectCalls`) where the same event could be
 * classified later; an event of a service does always, since an answer would make the service drop it.
 */
function mustFail(
  form: EventForm,
  { statusCode }: Failure,
  { failDirectCalls }: Settings,
): boolean {
  const isWorthAnotherCall = statusCode >= 500 || statusCode === 429;
  return form === "service" || (form === "direct" && failDirectCalls && isWorthAnotherCall);
}

/**
 * Makes the function's handler: it classifies one photo for each event and always answers; failures have their status.
 * Direct calls alone can be made to fail instead (`failDirectCalls`), since Lambda repeats and keeps only calls that do.
 */
export function createHandler(dependencies: Dependencies): Handler {
  return async (event, context = {}) => {
    const started = performance.now();
    const form = eventFormOf(event);
    if (methodOf(event, form) === "OPTIONS") return inFormOf(event, form, preflightAnswer());
    dependencies.log.addContext(context as Context);
    const progress: Progress = {};
    const measure = (failure?: Failure) => {
      dependencies.measure({
        outcome: outcomeOf(failure),
        code: failure?.code,
        requestId: context.awsRequestId,
        totalMs: performance.now() - started,
        ...progress,
      });
    };
    try {
      const classification = await answerEvent(event, form, context, dependencies, progress);
      measure();
      const answer = classifiedAnswer(classification, form, headerOf(event, "accept"));
      return inFormOf(event, form, answer);
    } catch (error) {
      const failure = failureOf(error);
      const totalMs = Math.round(performance.now() - started);
      logFailure(dependencies.log, error, { event: form, ...logFieldsOf(failure), totalMs });
      measure(failure);
      if (mustFail(form, failure, dependencies.settings)) throw new FailedCall(failure);
      return inFormOf(event, form, errorAnswer(failure));
    }
  };
}

/** A load balancer that sends header lists drops plain headers of an answer. */
function inFormOf(event: unknown, form: EventForm, answer: Answer): Answer {
  return form === "alb" && hasHeaderLists(event) ? withHeaderLists(answer) : answer;
}

async function answerEvent(
  event: unknown,
  form: EventForm,
  context: InvocationContext,
  dependencies: Dependencies,
  progress: Progress,
): Promise<Classification> {
  const source = await photoOf(event, form, dependencies.settings.maxPhotoBytes);
  const started = performance.now();
  const payload = await payloadOf(source, context, dependencies);
  const fetched = performance.now();
  const fetchMs = Math.round(fetched - started);
  const isPhoto = payload.contentType !== JSON_TYPE;
  if (source.kind === "url" && isPhoto) progress.fetchMs = fetchMs;
  if (isPhoto) progress.photoBytes = payload.body.length;
  const { classification, attempts } = await classify(payload, context, dependencies).finally(
    () => {
      progress.endpointMs = Math.round(performance.now() - fetched);
    },
  );
  progress.attempts = attempts;
  dependencies.log.info("classified", {
    event: form,
    source: source.kind,
    bytes: payload.body.length,
    contentType: payload.contentType,
    model: classification.model,
    attempts,
    fetchMs,
    endpointMs: progress.endpointMs,
  });
  return classification;
}

async function payloadOf(
  source: PhotoSource,
  context: InvocationContext,
  { settings, fetchPhoto }: Dependencies,
): Promise<Payload> {
  if (source.kind === "bytes") return { body: source.bytes, contentType: source.contentType };
  const { allowHttp, maxPhotoBytes: maxBytes } = settings;
  if (settings.forwardUrl) {
    checkPhotoUrl(source.url, { allowHttp });
    const body = Buffer.from(JSON.stringify({ url: source.url }));
    return { body, contentType: JSON_TYPE };
  }
  const timeoutMs = timeLeft(context, settings.photoTimeoutMs);
  const { bytes, contentType } = await fetchPhoto(source.url, { allowHttp, maxBytes, timeoutMs });
  return { body: bytes, contentType };
}

function classify(
  payload: Payload,
  context: InvocationContext,
  { settings, runtimeClient }: Dependencies,
): ReturnType<typeof invokeEndpoint> {
  return invokeEndpoint(runtimeClient, {
    ...payload,
    endpointName: settings.endpointName,
    functionArn: context.invokedFunctionArn,
    requestId: context.awsRequestId,
    timeoutMs: timeLeft(context, settings.endpointTimeoutMs),
  });
}

/** The limit in milliseconds, or what is left of the function's own time where that is less. */
function timeLeft(context: InvocationContext, limitMs: number): number {
  const remainingMs = context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
  const leftMs = Math.floor(Math.min(limitMs, remainingMs - ANSWER_RESERVE_MS));
  if (leftMs >= 1) return leftMs;
  throw new ClassifyError(
    "function_timeout",
    "The function's time was used up before the photo could be classified. Try again; if it happens often, give the function a longer timeout.",
  );
}

function failureOf(error: unknown): Failure {
  if (error instanceof ClassifyError || error instanceof PhotoError) return error;
  const message = "The function failed. Its log has the reason, under this request's id.";
  return new ClassifyError("internal_error", message);
}

/** Powertools keeps "message" for itself. */
function logFieldsOf(failure: Failure): Record<string, unknown> {
  const { code, statusCode, retryAfterSeconds, message } = failure;
  return { code, statusCode, retryAfterSeconds, reason: withoutQueryStrings(message) };
}

/** The caller's mistakes are warnings; errors are for the operator of the function. */
function logFailure(log: Log, error: unknown, fields: Record<string, unknown>): void {
  if (error instanceof PhotoError) {
    log.warn("not classified", fields);
  } else if (error instanceof ClassifyError) {
    const all = { ...fields, ...error.logFields };
    if (error.statusCode < 500) log.warn("not classified", all);
    else log.error("not classified", all);
  } else {
    log.error("failed", { ...fields, error: withoutSecrets(error) });
  }
}

/** Query strings hold signatures and tokens; a container's message may repeat the URL that it was given. */
function withoutQueryStrings(text: string): string {
  return text.replace(/(https?:\/\/[^\s"'?#]*)[?#][^\s"']*/gi, "$1");
}

/** An error of the function's own may quote what it was given. */
function withoutSecrets(error: unknown): unknown {
  if (!(error instanceof Error)) return withoutQueryStrings(String(error));
  const { name, message, stack } = error;
  const copy = new Error(withoutQueryStrings(message));
  copy.name = name;
  copy.stack = withoutQueryStrings(stack ?? "");
  return copy;
}
