import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalText, parseNetwork } from "./networks";

describe("networks in CIDR notation", () => {
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

  it("have one canonical text, whatever the spelling", () => {
    for (const [text, canonical] of [
      ["10.0.0.1/16", "10.0.0.0/16"],
      ["2001:DB8:0:0::1/32", "2001:db8::/32"],
      ["::ffff:203.0.113.7/128", "203.0.113.7/32"],
    ] as const) {
      assert.equal(canonicalText(parseNetwork(text)!), canonical);
      assert.equal(canonicalText(parseNetwork(canonical)!), canonical);
    }
  });
});
