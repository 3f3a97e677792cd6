/** Addresses from the first to the last, both included; those of IPv6 lie above all of IPv4. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

const V6 = 1n << 128n;
/** Blocks that never reach AWS over the internet (RFC 1918, RFC 4193, RFC 6598). */
const PRIVATE = addressRanges([
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "fc00::/7",
]);

/** The ranges of addresses and blocks in CIDR notation; what is neither is left out. */
export function addressRanges(texts: readonly string[]): AddressRange[] {
  return texts.flatMap((text) => {
    const [address, length] = text.replaceAll(" ", "").split("/");
    const value = addressOf(address!);
    const bits = address!.includes(":") ? 128 : 32;
    const prefix = length === undefined ? bits : Number(length);
    if (value === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > bits) {
      return [];
    }
    const size = 1n << BigInt(bits - prefix);
    const first = value - (value % size);
    return [{ first, last: first + size - 1n }];
  });
}

/** An address as a number; undefined where the text is not one. */
function addressOf(text: string): bigint | undefined {
  if (!text.includes(":")) {
    const parts = text.split(".");
    return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)
      ? parts.reduce((value, part) => value * 256n + BigInt(part), 0n)
      : undefined;
  }
  const halves = text.split("::");
  const [front, back] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - front!.length - (back?.length ?? 0);
  if (halves.length > 2 || (back === undefined ? missing !== 0 : missing < 1)) {
    return undefined;
  }
  const groups = [...front!, ...Array<string>(missing).fill("0"), ...(back ?? [])];
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group))
    ? groups.reduce((value, group) => value * 65_536n + BigInt(`0x${group}`), 0n) + V6
    : undefined;
}

export function contains(ranges: readonly AddressRange[], address: string): boolean {
  const value = addressOf(address);
  return value !== undefined && ranges.some(({ first, last }) => first <= value && value <= last);
}

/** The first and last addresses of the ranges and their neighbours: every distinction that the ranges make lies there. */
export function boundaries(ranges: readonly AddressRange[]): string[] {
  const values = ranges.flatMap(({ first, last }) => [first, last, first - 1n, last + 1n]);
  return [...new Set(values.flatMap((value) => textOf(value) ?? []))];
}

function textOf(value: bigint): string | undefined {
  if (value >= 0n && value < 1n << 32n) {
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  }
  if (value < V6 || value >= 2n * V6) {
    return undefined;
  }
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 65_535n).toString(16),
  );
  return groups.join(":").replace(/(?:^|:)0(?::0)+(?::|$)/, "::");
}

/**
 * Whether the ranges together are more of the internet than anybody owns: broader than /8 of IPv4 or /32 of IPv6, as S3 decides
 * whether a policy is public (Amazon S3 user guide, "The meaning of public").
 */
export function isBroad(ranges: readonly AddressRange[]): boolean {
  const open = ranges.filter(
    ({ first, last }) => !PRIVATE.some((each) => each.first <= first && last <= each.last),
  );
  const size = (isV6: boolean): bigint => {
    let covered = 0n;
    let end = -1n;
    const sorted = open.filter(({ first }) => first >= V6 === isV6);
    sorted.sort((one, other) => (one.first < other.first ? -1 : 1));
    for (const { first, last } of sorted) {
      const start = first > end ? first : end + 1n;
      covered += last >= start ? last - start + 1n : 0n;
      end = last > end ? last : end;
    }
    return covered;
  };
  return size(false) > 1n << 24n || size(true) > 1n << 96n;
}
