import { isIP } from "node:net";

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

/** Length of an address in bits. */
export const addressBits = { 4: 32, 6: 128 } as const;
/** IPv4 written as IPv6 (RFC 4291, 2.5.5.2). */
const mapped = 0xffffn << 32n;

/** Reads CIDR notation, however it is spelt; undefined where it is none. Bits after the prefix are dropped, as EC2 does. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text.trim());
  const address = match?.[1] ?? "";
  const version = isIP(address);
  const prefix = Number(match?.[2]);
  if ((version !== 4 && version !== 6) || prefix > addressBits[version]) {
    return undefined;
  }
  const bits = version === 4 ? ipv4Bits(address) : ipv6Bits(address);
  if (version === 6 && prefix >= 96 && bits >> 32n === mapped >> 32n) {
    return network(text, 4, bits - mapped, prefix - 96);
  }
  return network(text, version, bits, prefix);
}

function network(text: string, version: 4 | 6, bits: bigint, prefix: number): Network {
  const hostBits = BigInt(addressBits[version] - prefix);
  const first = (bits >> hostBits) << hostBits;
  return { text, version, prefix, first, last: first + (1n << hostBits) - 1n };
}

function ipv4Bits(address: string): bigint {
  return address.split(".").reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

function ipv6Bits(address: string): bigint {
  const [head = "", tail] = serialised(address).split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const left = groups(head);
  const right = groups(tail ?? "");
  const zeros = new Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce(
    (bits, group) => bits * 65536n + BigInt(`0x${group}`),
    0n,
  );
}

/** An IPv6 address as RFC 5952 has it, no dots and at most one `::`: the serialiser of URLs writes every spelling so. */
function serialised(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** An address as RFC 5952 has it. */
export function addressText(version: Network["version"], address: bigint): string {
  if (version === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => String((address >> shift) & 255n)).join(".");
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((address >> BigInt(112 - 16 * index)) & 65535n).toString(16),
  );
  return serialised(groups.join(":"));
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
