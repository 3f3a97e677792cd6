import { ECRClient } from "@aws-sdk/client-ecr";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { clientSettings } from "../aws/clients";
import { readStackOutputs } from "../stack/read-outputs";
import type { Finding } from "./finding";
import { unusedImageFindings } from "./unused-images";

/** The unused images of a stack, by its outputs. */
export async function stackImageFindings(name: string, now: Date): Promise<Finding[]> {
  const { outputs, region } = await readStackOutputs(name);
  const settings = clientSettings(region);
  const clients = { ecr: new ECRClient(settings), sageMaker: new SageMakerClient(settings) };
  return unusedImageFindings(clients, outputs.imageUris, name, now);
}
