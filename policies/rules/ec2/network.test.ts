import assert from "node:assert/strict";
import fc from "fast-check";
import { areWideTogether, describeNetwork, isWide, parseNetwork } from "./network";

const SHORTEST = { ipv4: 8, ipv6: 16 };

describe("networks in CIDR notation", () => {
  for (const text of [
    "0.0.0.0/0",
    "1.2.3.4/0",
    "0.0.0.0/00",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "32.0.0.0/7",
    "::/0",
    "0:0:0:0:0:0:0:0/0",
    "2000::/3",
    "::ffff:0.0.0.0/96",
    "::ffff:0:0/97",
    "8.0.0.0/5",
  ]) {
    it(`takes ${text} for the internet`, () => {
      assert.equal(isWide(parseNetwork(text)!, SHORTEST), true);
    });
  }

  for (const text of [
    "203.0.113.7/32",
    "3.0.0.0/8",
    "10.0.0.0/8",
    "fc00::/7",
    "2001:db8::/32",
    "::ffff:203.0.113.7/128",
  ]) {
    it(`takes ${text} for somebody's own`, () => {
      assert.equal(isWide(parseNetwork(text)!, SHORTEST), false);
    });
  }

  for (const text of [
    "",
    "0.0.0.0",
    "0/0",
    "1.2.3.4/33",
    "::/129",
    "1.2.3/8",
    "sg-1/8",
    "1.2.3.4/-1",
  ]) {
    it(`does not read ${JSON.stringify(text)}`, () => {
      assert.equal(parseNetwork(text), undefined);
    });
  }

  it("drops the bits after the prefix, whatever the address", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, prefix) => {
        const { first, last } = parseNetwork(`${address}/${prefix}`)!;
        assert.equal(last - first + 1n, 1n << BigInt(32 - prefix));
        assert.equal(first % (last - first + 1n), 0n);
      }),
    );
  });

  it("reads every spelling of an IPv6 address alike", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const { first, last } = parseNetwork(`${address}/128`)!;
        const upper = parseNetwork(`${address.toUpperCase()}/128`)!;
        assert.equal(first, last);
        assert.equal(upper.first, first);
      }),
    );
  });

  it("adds up networks that are the internet together, and counts none twice", () => {
    const parts = Array.from({ length: 256 }, (_, index) => parseNetwork(`${index}.0.0.0/8`)!);
    assert.equal(areWideTogether(parts, SHORTEST), true);
    const repeated = Array.from({ length: 256 }, () => parseNetwork("3.0.0.0/8")!);
    assert.equal(areWideTogether(repeated, SHORTEST), false);
  });

  it("says how large a network is", () => {
    assert.equal(describeNetwork(parseNetwork("0.0.0.0/0")!), "0.0.0.0/0 (every IPv4 address)");
    assert.equal(describeNetwork(parseNetwork("::/1")!), "::/1 (2^127 addresses)");
  });
});
