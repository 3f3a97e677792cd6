import {
  addressBits,
  isPrivate,
  publicAddressesIn,
  type Network,
} from "../../../packages/aws-facts/networks";

/** The shortest prefixes that still count as somebody's network rather than as the world. */
export interface ShortestPrefixes {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** Whether a network is too wide to be anybody's own. */
export function isWide(one: Network, shortest: ShortestPrefixes): boolean {
  return one.prefix < (one.version === 4 ? shortest.ipv4 : shortest.ipv6) && !isPrivate(one);
}

/** So many of the widest networks that are allowed one by one are the world when they stand together. */
const MOST_TOGETHER = 8n;

/** Whether networks that may stand alone are the world together, such as the 256 parts of 0.0.0.0/0. */
export function areWideTogether(networks: readonly Network[], shortest: ShortestPrefixes): boolean {
  return ([4, 6] as const).some((version) => {
    const widest =
      1n << BigInt(addressBits[version] - (version === 4 ? shortest.ipv4 : shortest.ipv6));
    return publicAddressesIn(networks, version) > MOST_TOGETHER * widest;
  });
}

/** A network in words. */
export function describeNetwork({ text, version, prefix }: Network): string {
  return prefix === 0
    ? `${text} (every IPv${version} address)`
    : `${text} (2^${addressBits[version] - prefix} addresses)`;
}
