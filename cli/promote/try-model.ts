import { LABELLED } from "../../functions/classify/answer";
import { labelled, type LabelledAnswer } from "../invoke/ask-endpoint";
import { InferenceServer } from "../local/inference-server";
import type { Photo } from "../local/photos";
import { Refusal, UserError } from "../output/failure";

/**
 * Loads a model in the real inference server and asks it for a photo.
 *
 * @throws Refusal where it does not load, or has no answer
 */
export async function tryModel(
  directory: string,
  source: string,
  photo: Photo,
): Promise<LabelledAnswer> {
  const server = InferenceServer.launch(directory);
  try {
    await server.ready();
    const response = await fetch(`${server.url}/invocations`, {
      method: "POST",
      headers: { "content-type": photo.contentType, accept: LABELLED },
      body: new Uint8Array(photo.bytes),
    });
    const body = Buffer.from(await response.arrayBuffer());
    if (!response.ok) {
      throw new Refusal(`the model ${source} can't classify ${photo.name}: ${body.toString()}`);
    }
    return labelled(body, source);
  } catch (error) {
    throw error instanceof UserError
      ? new Refusal(`the inference server can't load ${source}: ${error.message}`)
      : error;
  } finally {
    await server.stop();
  }
}
