import type { Classify } from "../local/function";
import { readStackOutputs } from "../stack/read-outputs";
import { endpointAsker } from "./ask-endpoint";
import { functionAsker } from "./ask-function";
import { type Target, targetOf } from "./target";

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
