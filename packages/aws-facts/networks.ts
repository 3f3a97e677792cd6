import { isIP } from "node:net";
import { Address4, Address6 } from "ip-address";

/** Addresses that follow each other. */
export interface AddressRange {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** A network in CIDR notation. */
export interface Network extends AddressRange {
  /** As written. */
  readonly text: string;
  /** Length of the prefix in bits. */
  readonly prefix: number;
}

/** IPv4 written as IPv6 (RFC 4291, 2.5.5.2). */
const mapped = 0xffffn << 32n;

/** Length of an address in bits. */
export const addressBits = { 4: 32, 6: 128 } as const;

/** Reads CIDR notation, however it is spelt; undefined where it is none. Bits after the prefix are dropped, as EC2 does. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text.trim());
  const version = isIP(match?.[1] ?? "");
  const prefix = Number(match?.[2]);
  if ((version !== 4 && version !== 6) || prefix > addressBits[version]) {
    return undefined;
  }
  const address = new (version === 4 ? Address4 : Address6)(`${match![1]}/${prefix}`);
  const [first, last] = [address.startAddress().bigInt(), address.endAddress().bigInt()];
  const isMapped = address instanceof Address6 && address.isMapped4() && prefix >= 96;
  return isMapped
    ? { text, version: 4, prefix: prefix - 96, first: first - mapped, last: last - mapped }
    : { text, version, prefix, first, last };
}

/** An address as RFC 5952 has it. Numbers wrap around: -1 is the last address. */
export function addressText(version: Network["version"], address: bigint): string {
  const bits = BigInt.asUintN(addressBits[version], address);
  return (version === 4 ? Address4 : Address6).fromBigInt(bits).correctForm();
}

/** The text that EC2 answers with for a network: another spelling of it would differ in each preview. */
export function canonicalText({ version, prefix, first }: Network): string {
  return `${addressText(version, first)}/${prefix}`;
}

/** Networks that the internet does not route (RFC 1918, 6598, 3927, 1122, 4193, 4291). */
const privateNetworks = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
].map((text) => parseNetwork(text)!);

/** Whether all addresses of a range are private. */
export function isPrivate({ version, first, last }: AddressRange): boolean {
  return privateNetworks.some(
    (each) => each.version === version && each.first <= first && last <= each.last,
  );
}

/** How many addresses that the internet routes are in any of the ranges. Two of them are apart, or one is in the other. */
export function publicAddressesIn(
  ranges: readonly AddressRange[],
  version: AddressRange["version"],
): bigint {
  const counted = ranges.filter((each) => each.version === version && !isPrivate(each));
  let total = 0n;
  let covered = -1n;
  for (const { first, last } of counted.sort((a, b) => (a.first < b.first ? -1 : 1))) {
    if (last > covered) {
      total += last - (first > covered ? first - 1n : covered);
      covered = last;
    }
  }
  return total;
}
