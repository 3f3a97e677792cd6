import type { LiveAccount, LiveBounds } from "./account";
import { endpointFamily } from "./endpoint-family";

/**
 * The bounds to register an endpoint's variant with.
 *
 * An endpoint that takes another's place in the middle of a scheduled time must get that time's bounds: its scheduled actions
 * act at their next time only, and until then the fleet would be cut to the bounds of all other times.
 *
 * @param otherwise bounds outside of scheduled times
 * @param scheduled bounds of the scheduled times
 */
export async function boundsInForce(
  account: LiveAccount,
  variant: { readonly endpointName: string; readonly variantName: string },
  otherwise: LiveBounds,
  scheduled: readonly LiveBounds[],
): Promise<LiveBounds> {
  const names = await endpointFamily(account, variant.endpointName);
  if (names.length === 0) {
    return otherwise;
  }
  const registered = await account.bounds(
    names.map((name) => `endpoint/${name}/variant/${variant.variantName}`),
  );
  const inForce = [...registered.values()].find((live) =>
    scheduled.some(
      ({ minInstances, maxInstances }) =>
        minInstances === live.minInstances && maxInstances === live.maxInstances,
    ),
  );
  return inForce ?? otherwise;
}
