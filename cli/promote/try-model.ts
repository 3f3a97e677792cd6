import { LABELLED } from "../local/function-url";
import { InferenceServer } from "../local/inference-server";
import type { Photo } from "../local/photos";
import { Refusal, UserError } from "../output/failure";

/** What a model says of a photo. */
export interface ModelAnswer {
  /** Digest of model.onnx, as every answer carries it. */
  readonly model: string;
  /** The likeliest class. */
  readonly label: string;
  /** From 0 to 1. */
  readonly probability: number;
}

/** Reads an answer of the type {@link LABELLED}. */
export function readAnswer(text: string): ModelAnswer {
  const { model, predictions } = JSON.parse(text) as {
    model: string;
    predictions: readonly { label: string; probability: number }[];
  };
  return { model, ...predictions[0]! };
}

/**
 * Loads a model in the real inference server and asks it for a photo.
 *
 * @throws Refusal where it does not load, or has no answer
 */
export async function tryModel(
  directory: string,
  source: string,
  photo: Photo,
): Promise<ModelAnswer> {
  const server = InferenceServer.launch(directory);
  try {
    await server.ready();
    const response = await fetch(`${server.url}/invocations`, {
      method: "POST",
      headers: { "content-type": photo.contentType, accept: LABELLED },
      body: new Uint8Array(photo.bytes),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Refusal(`the model ${source} can't classify ${photo.name}: ${text}`);
    }
    return readAnswer(text);
  } catch (error) {
    throw error instanceof UserError
      ? new Refusal(`the inference server can't load ${source}: ${error.message}`)
      : error;
  } finally {
    await server.stop();
  }
}
