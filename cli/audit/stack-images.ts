import { ECRClient } from "@aws-sdk/client-ecr";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { clientSettings, explained } from "../aws/clients";
import { regionOf } from "../preview/stack-file";
import { openStack } from "../stack/open-stack";
import type { Finding } from "./finding";
import { unusedImageFindings } from "./unused-images";

/** The unused images of a stack, by its outputs. */
export async function stackImageFindings(name: string, now: Date): Promise<Finding[]> {
  const stack = await openStack(name);
  const { imageUris } = await stack.outputs();
  const settings = clientSettings(regionOf(stack.settings()));
  const clients = { ecr: new ECRClient(settings), sageMaker: new SageMakerClient(settings) };
  return explained(() => unusedImageFindings(clients, imageUris, name, now));
}
