import { abortedByStop } from "../child-processes";
import { openWay, type Target } from "../invoke/open-way";
import { readPhotos } from "../local/photos";
import { UserError } from "../output/failure";
import { LiveEndpoint } from "../promote/live-endpoint";
import { type LoadResult, runLoad } from "./run-load";
import { senderTo } from "./senders";

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
  const { target, ask, region, endpointName } = await openWay(endpoint, options);
  const first = await ask(photos[0]!);
  if (first.kind === "refused") {
    throw new UserError(
      `the first request was refused (${first.status}), so nothing more was sent: ${first.explanation}`,
    );
  }
  onStart(target);
  const stop = abortedByStop();
  const live = new LiveEndpoint(endpointName, region);
  const countInstances = async (): Promise<number | undefined> => {
    // What can't be seen is not counted.
    const state = await live.describe().catch(() => undefined);
    return state && Object.values(state.instances).reduce((sum, each) => sum + each, 0);
  };
  return runLoad(
    { rate, seconds, maximumInFlight, seed },
    senderTo(target, photos, region, maximumInFlight),
    countInstances,
    stop,
  );
}
