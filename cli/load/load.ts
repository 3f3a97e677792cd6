import { stopSignal } from "../child-processes";
import { functionAsker } from "../invoke/ask-function";
import { endpointAsker } from "../invoke/ask-endpoint";
import { type Target, targetOf } from "../invoke/target";
import { readPhotos } from "../local/photos";
import { UserError } from "../output/failure";
import { readStackOutputs } from "../stack/read-outputs";
import { type LoadResult, runLoad } from "./run-load";
import { instancesOf, senderTo } from "./senders";

/** What `kennel load` is asked. */
export interface LoadOptions {
  readonly stack: string;
  readonly rate: number;
  readonly seconds: number;
  readonly maxInFlight: number;
  readonly photo?: readonly string[];
  readonly direct?: boolean;
  readonly seed: number;
}

/** More would be an attack rather than a measurement, and its figures would be this machine's. */
const MAXIMUM_REQUESTS = 100_000;

/**
 * Sends requests to an endpoint of a stack, once one has been answered: what is wrong altogether is said at once.
 *
 * @param onStart - told what is about to be sent, and to whom.
 * @throws UserError where the load is too large or the first request fails.
 */
export async function loadEndpoint(
  endpoint: string,
  options: LoadOptions,
  onStart: (target: Target) => void,
): Promise<LoadResult> {
  const { rate, seconds, seed, maxInFlight: maximumInFlight } = options;
  if (rate * seconds > MAXIMUM_REQUESTS) {
    throw new UserError(
      `that is about ${Math.round(rate * seconds)} requests; a load has at most ${MAXIMUM_REQUESTS}. ` +
        "Give fewer --seconds, or kennel simulate, which sends nothing.",
    );
  }
  const photos = readPhotos(options.photo);
  const { outputs, region } = await readStackOutputs(options.stack);
  const target = targetOf(options.stack, outputs, endpoint, options.direct);
  const ask =
    target.kind === "function"
      ? functionAsker(target.name, region)
      : await endpointAsker(target.name, { bucket: outputs.bucketName, region });
  const first = await ask(photos[0]!);
  if (first.kind === "refused") {
    throw new UserError(
      `the first request was refused (${first.status}), so nothing more was sent: ${first.explanation}`,
    );
  }
  onStart(target);
  const stop = new AbortController();
  void stopSignal().then(() => {
    stop.abort();
  });
  const endpointName = outputs.endpointNames[endpoint];
  return runLoad(
    { rate, seconds, maximumInFlight, seed },
    senderTo(target, photos, region, maximumInFlight),
    endpointName === undefined
      ? () => Promise.resolve(undefined)
      : instancesOf(endpointName, region),
    stop.signal,
  );
}
