import {
  InvokeEndpointCommand,
  type SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";

import { LABELLED } from "./answer";
import { parseClassification, type Classification } from "./classification";
import { endpointError, endpointTimedOut, type Target } from "./endpoint-error";

/** One invocation. */
export interface Invocation extends Target {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Travels as the request's custom attributes, so that the container's log also has it. */
  readonly requestId: string | undefined;
  /** Limit for everything: connecting, attempts, pauses between them, reading the answer. */
  readonly timeoutMs: number;
}

/** SageMaker's rule for custom attributes, as far as it matters for an id. */
const CUSTOM_ATTRIBUTES = /^[\x21-\x7e]{1,1024}$/;

/**
 * Asks the endpoint about one photo.
 *
 * @returns its answer and how many attempts that took
 * @throws ClassifyError that says whose fault it was and what to do
 */
export async function invokeEndpoint(
  client: SageMakerRuntimeClient,
  invocation: Invocation,
): Promise<{ classification: Classification; attempts: number }> {
  const { endpointName, body, contentType, requestId, timeoutMs } = invocation;
  const deadline = new AbortController();
  // The client's own limit ends with the header of an answer and begins anew with each attempt: this one holds for the whole.
  const timer = setTimeout(() => {
    deadline.abort();
  }, timeoutMs);
  const command = new InvokeEndpointCommand({
    EndpointName: endpointName,
    Body: body,
    ContentType: contentType,
    Accept: LABELLED,
    CustomAttributes:
      requestId !== undefined && CUSTOM_ATTRIBUTES.test(requestId) ? requestId : undefined,
  });
  try {
    const output = await client.send(command, { abortSignal: deadline.signal });
    return {
      classification: parseClassification(output.Body, endpointName),
      attempts: output.$metadata.attempts ?? 1,
    };
  } catch (error) {
    if (deadline.signal.aborted) throw endpointTimedOut(invocation, timeoutMs, error);
    throw endpointError(error, invocation);
  } finally {
    clearTimeout(timer);
  }
}
