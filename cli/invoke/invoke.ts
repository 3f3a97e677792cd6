import { classifyPhotos, type Classification } from "../local/function";
import { type Photo, readPhotos } from "../local/photos";
import { verdictOf } from "../local/verdict";
import { UserError } from "../output/failure";
import { openWay, type Target } from "./open-way";

/** What `kennel invoke` is asked. */
export interface InvokeOptions {
  readonly stack: string;
  readonly photo?: readonly string[];
  readonly url?: readonly string[];
  readonly direct?: boolean;
}

/** Photos with their answers, and who gave them. */
export interface Invocation {
  readonly endpoint: string;
  readonly target: Target;
  readonly results: readonly Classification[];
}

/**
 * Asks an endpoint of a stack about photos, one after another.
 *
 * @throws UserError where there is nothing to ask about, or nobody to ask.
 */
export async function invoke(endpoint: string, options: InvokeOptions): Promise<Invocation> {
  const photos = [
    ...(options.photo === undefined ? [] : readPhotos(options.photo)),
    ...(options.url ?? []).map(linked),
  ];
  if (photos.length === 0) {
    throw new UserError(
      "say what to classify: --photo FILE… for files of this machine, --url ADDRESS… for photos on the web.",
    );
  }
  const { target, ask } = await openWay(endpoint, options);
  return { endpoint, target, results: await classifyPhotos(ask, photos) };
}

/** A photo that the function, or the container, fetches itself. */
function linked(url: string): Photo {
  return {
    name: url,
    bytes: Buffer.from(JSON.stringify({ url })),
    contentType: "application/json",
  };
}

/** The answers as a program reads them. */
export function invocationAsJson({
  endpoint,
  target,
  results,
}: Invocation): Record<string, unknown> {
  return {
    endpoint,
    [target.kind]: target.name,
    answers: results.map(({ photo, answer }) => {
      if (answer.kind === "refused") {
        const { status, message, explanation } = answer;
        return { photo, error: { status, message, explanation } };
      }
      const { predictions, model, milliseconds } = answer;
      const { doubt } = verdictOf(predictions);
      return {
        photo,
        label: predictions[0]?.label ?? null,
        doubt,
        predictions,
        model,
        milliseconds,
      };
    }),
  };
}
