import { addressBits, isPrivate, type Network } from "../../../packages/aws-facts/networks";

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
    const own = networks.filter((each) => each.version === version && !isPrivate(each));
    return addressesIn(own) > MOST_TOGETHER * widest;
  });
}

/** How many addresses are in any of the networks. Two of them are apart, or one is in the other. */
function addressesIn(networks: readonly Network[]): bigint {
  let total = 0n;
  let covered = -1n;
  for (const { first, last } of networks.toSorted((a, b) => (a.first < b.first ? -1 : 1))) {
    if (last > covered) {
      total += last - (first > covered ? first - 1n : covered);
      covered = last;
    }
  }
  return total;
}

/** A network in words. */
export function describeNetwork({ text, version, prefix }: Network): string {
  return prefix === 0
    ? `${text} (every IPv${version} address)`
    : `${text} (2^${addressBits[version] - prefix} addresses)`;
}
