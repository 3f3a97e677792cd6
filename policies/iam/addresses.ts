import { isIP } from "node:net";
import {
  addressBits,
  addressText,
  parseNetwork,
  publicAddressesIn,
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
    [first, last, first - 1n, last + 1n]
      .filter((address) => address >= 0n && address < 1n << BigInt(addressBits[version]))
      .map((address) => addressText(version, address)),
  );
  return [...new Set(texts)];
}

/**
 * Whether the networks together are more of the internet than anybody owns: broader than /8 of IPv4 or /32 of IPv6, as S3 decides
 * whether a policy is public (Amazon S3 user guide, "The meaning of public").
 */
export function isBroad(networks: readonly Network[]): boolean {
  return publicAddressesIn(networks, 4) > 1n << 24n || publicAddressesIn(networks, 6) > 1n << 96n;
}
