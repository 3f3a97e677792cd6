import type { StackOutputs } from "../../infra/stack-outputs";
import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import { UserError } from "../output/failure";

/** What is asked: a function's alias `live`, or an endpoint itself. */
export interface Target {
  readonly kind: "function" | "endpoint";
  /** Its name in AWS. */
  readonly name: string;
}

/** The outputs of a stack that say where its endpoints are asked. */
export type Places = Pick<StackOutputs, "endpointNames" | "functionNames">;

/**
 * Where an endpoint of a stack is asked: through its function, where it has one.
 *
 * @param endpoint - its key under `kennel:endpoints`.
 * @param isDirect - asks the endpoint, whether it has a function or not.
 * @throws UserError where the stack has no such endpoint.
 */
export function targetOf(
  stack: string,
  { endpointNames, functionNames }: Places,
  endpoint: string,
  isDirect = false,
): Target {
  const functionName = functionNames[endpoint];
  if (functionName !== undefined && !isDirect) {
    return { kind: "function", name: functionName };
  }
  const endpointName = endpointNames[endpoint];
  if (endpointName !== undefined) {
    return { kind: "endpoint", name: endpointName };
  }
  const known = Object.keys(endpointNames);
  const meant = nearestSpelling(endpoint, known);
  throw new UserError(
    `the stack "${stack}" has no endpoint "${endpoint}".` +
      (meant === undefined ? "" : ` Did you mean "${meant}"?`) +
      (known.length === 0
        ? " It has none at all: declare one under kennel:endpoints."
        : ` Its endpoints: ${known.join(", ")}.`),
  );
}
