import { isIP } from "node:net";

/** A network in CIDR notation. */
export interface Network {
  /** As written. */
  readonly text: string;
  readonly version: 4 | 6;
  /** Length of the prefix in bits. */
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

/** The shortest prefixes that still count as somebody's network rather than as the world. */
export interface ShortestPrefixes {
  readonly ipv4: number;
  readonly ipv6: number;
}

const BITS = { 4: 32, 6: 128 } as const;
/** IPv4 written as IPv6 (RFC 4291, 2.5.5.2). */
const MAPPED = 0xffffn << 32n;

/** Reads CIDR notation, however it is spelt; undefined where it is none. Bits after the prefix are dropped, as EC2 does. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text.trim());
  const address = match?.[1] ?? "";
  const version = isIP(address);
  const prefix = Number(match?.[2]);
  if ((version !== 4 && version !== 6) || prefix > BITS[version]) {
    return undefined;
  }
  const bits = version === 4 ? ipv4Bits(address) : ipv6Bits(address);
  if (version === 6 && prefix >= 96 && bits >> 32n === MAPPED >> 32n) {
    return network(text, 4, bits - MAPPED, prefix - 96);
  }
  return network(text, version, bits, prefix);
}

function network(text: string, version: 4 | 6, bits: bigint, prefix: number): Network {
  const hostBits = BigInt(BITS[version] - prefix);
  const first = (bits >> hostBits) << hostBits;
  return { text, version, prefix, first, last: first + (1n << hostBits) - 1n };
}

function ipv4Bits(address: string): bigint {
  return address.split(".").reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

function ipv6Bits(address: string): bigint {
  // The URL serialiser writes every spelling as RFC 5952 has it: no dots, at most one `::`.
  const serialised = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = serialised.split("::");
  const groups = (text: string): string[] => (text === "" ? [] : text.split(":"));
  const left = groups(head);
  const right = groups(tail ?? "");
  const zeros = new Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce(
    (bits, group) => bits * 65536n + BigInt(`0x${group}`),
    0n,
  );
}

/** Networks that the internet does not route (RFC 1918, 6598, 3927, 1122, 4193, 4291). */
const PRIVATE = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "127.0.0.0/8",
  "fc00::/7",
  "fe80::/10",
].map((text) => parseNetwork(text)!);

/** Whether all of a network's addresses are private. */
function isPrivate({ version, first, last }: Network): boolean {
  return PRIVATE.some(
    (each) => each.version === version && each.first <= first && last <= each.last,
  );
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
    const widest = 1n << BigInt(BITS[version] - (version === 4 ? shortest.ipv4 : shortest.ipv6));
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
    : `${text} (2^${BITS[version] - prefix} addresses)`;
}
