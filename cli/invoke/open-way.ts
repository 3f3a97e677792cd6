import type { StackOutputs } from "../../infra/stack-outputs";
import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import type { Classify } from "../local/function";
import { UserError } from "../output/failure";
import { readStackOutputs } from "../stack/read-outputs";
import { endpointAsker } from "./ask-endpoint";
import { functionAsker } from "./ask-function";

/** What is asked: a function's alias `live`, or an endpoint itself. */
export interface Target {
  readonly kind: "function" | "endpoint";
  /** Its name in AWS. */
  readonly name: string;
}

/** How an endpoint of a stack is asked. */
export interface Way {
  readonly target: Target;
  readonly ask: Classify;
  readonly region: string;
  /** The endpoint's name in AWS, also where its function is asked. */
  readonly endpointName: string;
}

/** Opens the way to an endpoint. @throws UserError where the stack has no such endpoint */
export async function openWay(
  endpoint: string,
  { stack, direct }: { readonly stack: string; readonly direct?: boolean },
): Promise<Way> {
  const { outputs, region } = await readStackOutputs(stack);
  const target = targetOf(stack, outputs, endpoint, direct);
  const ask =
    target.kind === "function"
      ? functionAsker(target.name, region)
      : await endpointAsker(target.name, { bucket: outputs.bucketName, region });
  return { target, ask, region, endpointName: outputs.endpointNames[endpoint]! };
}

/**
 * Where an endpoint of a stack is asked: through its function, where it has one.
 *
 * @param endpoint - its key under `kennel:endpoints`.
 * @param isDirect - asks the endpoint, whether it has a function or not.
 * @throws UserError where the stack has no such endpoint.
 */
export function targetOf(
  stack: string,
  { endpointNames, functionNames }: StackOutputs,
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
