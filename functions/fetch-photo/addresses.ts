import { BlockList, isIP, isIPv4 } from "node:net";

/**
 * IPv4 ranges that are not the public internet: IANA's special-purpose address registry, multicast and the reserved
 * class E. Cloud metadata services live in 169.254.0.0/16, 100.64.0.0/10 and 192.0.0.0/24; the single address at the end
 * is Azure's, which is outside of every reserved range.
 */
const RESERVED_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "168.63.129.16/32",
];

/**
 * For IPv6 the list is turned round: only global unicast is public. Loopback, link-local, unique local, multicast and the
 * forms that carry an IPv4 address (mapped, compatible, NAT64) are all outside of it.
 */
const GLOBAL_IPV6 = "2000::/3";

/** IPv4 in IPv6 clothes (::ffff:10.0.0.1): for a BlockList the same address as the plain one, so it is refused first. */
const MAPPED_IPV4 = "::ffff:0:0/96";

/** What is special inside global unicast: IETF protocols with Teredo, documentation, 6to4. */
const RESERVED_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/** Tells whether a connection to an address is allowed. */
export type AddressGuard = (address: string) => boolean;

/**
 * Makes the test that every address passes before a connection to it is opened.
 *
 * @param allowedRanges ranges that are allowed although they are not public, such as "10.1.0.0/16" or "127.0.0.1"
 * @returns a function from an address in text form to true when it is public or in an allowed range; anything that is
 *   not an address, or carries a zone (`fe80::1%eth0`), is refused
 * @throws RangeError when a range is not an address or a CIDR block
 */
export function createAddressGuard(allowedRanges: readonly string[] = []): AddressGuard {
  const reserved = toBlockList([...RESERVED_IPV4, ...RESERVED_IPV6]);
  const mapped = toBlockList([MAPPED_IPV4]);
  const globalIpv6 = toBlockList([GLOBAL_IPV6]);
  const allowed = toBlockList(allowedRanges);
  return (address) => {
    if (isIP(address) === 0 || address.includes("%")) return false;
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    if (family === "ipv6" && mapped.check(address, family)) return false;
    if (allowed.check(address, family)) return true;
    if (reserved.check(address, family)) return false;
    return family === "ipv4" || globalIpv6.check(address, family);
  };
}

function toBlockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix, ...rest] = range.split("/");
    const bits = isIPv4(address) ? 32 : 128;
    const length = prefix === undefined ? bits : Number(prefix);
    const isValid = isIP(address) !== 0 && !address.includes("%") && rest.length === 0;
    if (!isValid || prefix === "" || !Number.isInteger(length) || length < 0 || length > bits) {
      throw new RangeError(
        `allowedAddresses: ${JSON.stringify(range)} is not an address or a CIDR block such as "10.1.0.0/16".`,
      );
    }
    list.addSubnet(address, length, isIPv4(address) ? "ipv4" : "ipv6");
  }
  return list;
}
