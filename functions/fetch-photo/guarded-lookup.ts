import type { LookupAddress } from "node:dns";
import { lookup as resolveWithSystem } from "node:dns/promises";
import type { LookupFunction } from "node:net";

/** Resolves a host name to all of its addresses. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The operating system's resolver: honours the hosts file and answers IPv4 and IPv6. */
export const systemResolve: Resolve = (hostname) => resolveWithSystem(hostname, { all: true });

/**
 * Makes the `lookup` of a connection, so that the addresses that are checked are the very ones that are connected to: a name
 * that answers differently the second time (DNS rebinding) gains nothing, because there is no second time. One bad address
 * among good ones refuses the name. Node.js does not call `lookup` for hosts that are addresses: test those first.
 *
 * @param resolve the resolver; called once for each connection
 * @param check throws when a name must not be connected to; is given all of its addresses
 */
export function createGuardedLookup(
  resolve: Resolve,
  check: (addresses: readonly LookupAddress[]) => void,
): LookupFunction {
  return (hostname, options, callback) => {
    const resolved = resolve(hostname).then((addresses) => {
      check(addresses);
      return [...addresses];
    });
    resolved.then(
      (addresses) => {
        const first = addresses[0];
        // Under happy eyeballs Node.js asks for all addresses, otherwise for one.
        if (options.all === true) callback(null, addresses);
        else callback(null, first?.address ?? "", first?.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, []);
      },
    );
  };
}
