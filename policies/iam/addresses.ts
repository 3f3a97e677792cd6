import { isIP } from "node:net";
import {
  addressBits,
  addressText,
  parseNetwork,
  publicAddressesIn,
  type AddressRange,
  type Network,
} from "../../packages/aws-facts/networks";

/** The networks of texts, each an address or a block in CIDR notation; what is neither is left out. */
export function networksOf(texts: readonly string[]): Network[] {
  return texts.flatMap((written) => {
    const text = written.replaceAll(" ", "");
    return parseNetwork(text.includes("/") ? text : `${text}/${isIP(text) === 4 ? 32 : 128}`) ?? [];
  });
}

export function contains(networks: readonly Network[], address: string): boolean {
  return networksOf([address]).some((one) =>
    networks.some(
      ({ version, first, last }) =>
        version === one.version && first <= one.first && one.last <= last,
    ),
  );
}

/** The first and last addresses of the networks and their neighbours: every distinction that the networks make lies there. */
export function boundaries(networks: readonly Network[]): string[] {
  const texts = networks.flatMap(({ version, first, last }) =>
    // Before the first address of all is the last one.
    [first, last, first - 1n, last + 1n].map((address) => addressText(version, address)),
  );
  return [...new Set(texts)];
}

/** All addresses, parted wherever one of the networks begins or ends: either all of a part or none of it is in a network. */
function partsOf(networks: readonly Network[]): AddressRange[] {
  return ([4, 6] as const).flatMap((version) => {
    const end = 1n << BigInt(addressBits[version]);
    const own = networks.filter((each) => each.version === version);
    const edges = [0n, end, ...own.flatMap(({ first, last }) => [first, last + 1n])];
    const sorted = [...new Set(edges)].sort((one, other) => (one < other ? -1 : 1));
    return sorted.slice(1).map((next, at) => ({ version, first: sorted[at]!, last: next - 1n }));
  });
}

/**
 * An address that passes a test which only networks decide, where those that do are more of the internet than anybody owns: broader
 * than /8 of IPv4 or /32 of IPv6, as S3 decides whether a policy is public (Amazon S3 user guide, "The meaning of public").
 */
export function commonAddress(
  networks: readonly Network[],
  passes: (address: string) => boolean,
): string | undefined {
  // Not where networks begin or end: nobody names this address by chance.
  const within = ({ version, first, last }: AddressRange): string =>
    addressText(version, first + ((last - first) * 5n) / 8n);
  const parts = partsOf(networks).filter((part) => passes(within(part)));
  const largest = parts.find((part) => isBroad([part])) ?? parts[0];
  return largest !== undefined && isBroad(parts) ? within(largest) : undefined;
}

function isBroad(ranges: readonly AddressRange[]): boolean {
  return publicAddressesIn(ranges, 4) > 1n << 24n || publicAddressesIn(ranges, 6) > 1n << 96n;
}
