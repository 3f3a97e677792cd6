import assert from "node:assert/strict";

import fc from "fast-check";

import { createAddressGuard } from "./addresses";

const isPublic = createAddressGuard();

/** The same ranges once more, as plain numbers: first and last address. Calculated, not read from the implementation. */
const RESERVED: readonly (readonly [number, number])[] = [
  [0x00000000, 0x00ffffff],
  [0x0a000000, 0x0affffff],
  [0x64400000, 0x647fffff],
  [0x7f000000, 0x7fffffff],
  [0xa83f8110, 0xa83f8110],
  [0xa9fe0000, 0xa9feffff],
  [0xac100000, 0xac1fffff],
  [0xc0000000, 0xc00000ff],
  [0xc0000200, 0xc00002ff],
  [0xc0586300, 0xc05863ff],
  [0xc0a80000, 0xc0a8ffff],
  [0xc6120000, 0xc613ffff],
  [0xc6336400, 0xc63364ff],
  [0xcb007100, 0xcb0071ff],
  [0xe0000000, 0xffffffff],
];

const octets = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const dotted = (value: number): string => octets(value).join(".");
const isReserved = (value: number): boolean =>
  RESERVED.some(([first, last]) => value >= first && value <= last);

const anyIpv4 = fc.integer({ min: 0, max: 0xffffffff });
const reservedIpv4 = fc
  .constantFrom(...RESERVED)
  .chain(([first, last]) => fc.integer({ min: first, max: last }));
const group = fc.integer({ min: 0, max: 0xffff });

/** What `new URL` makes of a host that is an address, as `fetchPhoto` sees it. */
const hostOf = (host: string): string => new URL(`https://${host}/`).hostname.replace(/[[\]]/g, "");

describe("createAddressGuard", () => {
  it("agrees with the reserved ranges on any IPv4 address", () => {
    fc.assert(
      fc.property(fc.oneof(anyIpv4, reservedIpv4), (value) => {
        assert.equal(isPublic(dotted(value)), !isReserved(value));
      }),
      { numRuns: 5_000 },
    );
  });

  it("agrees on both sides of each range's borders", () => {
    for (const [first, last] of RESERVED) {
      assert.equal(isPublic(dotted(first)), false, dotted(first));
      assert.equal(isPublic(dotted(last)), false, dotted(last));
      if (first > 0) assert.equal(isPublic(dotted(first - 1)), !isReserved(first - 1));
      if (last < 0xffffffff) assert.equal(isPublic(dotted(last + 1)), !isReserved(last + 1));
    }
  });

  it("is not deceived by decimal, octal, hexadecimal and shortened forms", () => {
    const forms: readonly ((value: number) => string)[] = [
      (value) => String(value),
      (value) => `0x${value.toString(16)}`,
      (value) => `0${value.toString(8)}`,
      (value) =>
        octets(value)
          .map((octet) => `0x${octet.toString(16)}`)
          .join("."),
      (value) =>
        octets(value)
          .map((octet) => `0${octet.toString(8)}`)
          .join("."),
      (value) => `${value >>> 24}.${value & 0xffffff}`,
      (value) => `${dotted(value)}.`,
    ];
    fc.assert(
      fc.property(reservedIpv4, fc.constantFrom(...forms), (value, form) => {
        assert.equal(isPublic(hostOf(form(value))), false, form(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it("refuses an IPv4 address inside an IPv6 one, even a public one", () => {
    fc.assert(
      fc.property(anyIpv4, (value) => {
        const low = `${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}`;
        for (const address of [
          `::ffff:${dotted(value)}`,
          `::ffff:${low}`,
          `0:0:0:0:0:ffff:${low}`,
          `::${low}`,
          `64:ff9b::${low}`,
          `64:ff9b:1::${low}`,
          `2002:${low}::1`,
          `2001:0:${low}::1`,
        ]) {
          assert.equal(isPublic(address), false, address);
          assert.equal(isPublic(hostOf(`[${address}]`)), false, address);
        }
      }),
    );
  });

  it("allows nothing of IPv6 but global unicast", () => {
    const addressIn = (first: fc.Arbitrary<number>): fc.Arbitrary<string> =>
      fc
        .tuple(first, ...Array.from({ length: 7 }, () => group))
        .map((groups) => groups.map((value) => value.toString(16)).join(":"));
    const outside = addressIn(group.filter((value) => value >> 13 !== 1));
    fc.assert(fc.property(outside, (address) => assert.equal(isPublic(address), false)));
    // 2600:: to 2dff:: holds none of the special ranges.
    const inside = addressIn(fc.integer({ min: 0x2600, max: 0x2dff }));
    fc.assert(fc.property(inside, (address) => assert.equal(isPublic(address), true)));
  });

  it("refuses the well-known internal addresses", () => {
    for (const address of [
      "169.254.169.254",
      "169.254.170.2",
      "100.100.100.200",
      "192.0.0.192",
      "fd00:ec2::254",
      "fe80::1",
      "fe80::1%eth0",
      "2606:4700::1111%eth0",
      "::",
      "::1",
      "ff02::1",
      "2001:db8::1",
      "fec0::1",
    ]) {
      assert.equal(isPublic(address), false, address);
    }
    assert.equal(isPublic("8.8.8.8"), true);
    assert.equal(isPublic("2606:4700::1111"), true);
  });

  it("refuses what is not an address", () => {
    fc.assert(fc.property(fc.string(), (text) => assert.equal(isPublic(`${text}x`), false)));
    for (const text of ["", "localhost", "0x7f000001", "127.1", "[::1]"]) {
      assert.equal(isPublic(text), false, text);
    }
  });

  it("makes exceptions for exactly the ranges it is given", () => {
    const guard = createAddressGuard(["127.0.0.2", "10.1.0.0/16", "fd12:3456::/32"]);
    for (const address of ["127.0.0.2", "10.1.200.3", "fd12:3456::7", "8.8.8.8"]) {
      assert.equal(guard(address), true, address);
    }
    for (const address of ["127.0.0.1", "10.2.0.1", "fd12:3457::7", "::ffff:10.1.0.1", "::1"]) {
      assert.equal(guard(address), false, address);
    }
  });

  it("names a range that is none", () => {
    for (const range of ["", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "x/8", "fe80::1%1/64"]) {
      assert.throws(
        () => createAddressGuard([range]),
        (error: unknown) =>
          error instanceof RangeError && error.message.includes("allowedAddresses"),
        range,
      );
    }
  });
});
