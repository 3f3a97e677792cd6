import assert from "node:assert/strict";
import fc from "fast-check";
import { cidrProblem, isIpv6 } from "./cidr";

describe("cidrProblem", () => {
  for (const good of [
    "198.51.100.7/32",
    "10.0.0.0/16",
    "192.168.1.0/24",
    "2001:db8::/32",
    "2001:db8::1/128",
    "2001:db8:0:1::/64",
  ]) {
    it(`accepts ${good}`, () => {
      assert.equal(cidrProblem(good), undefined);
    });
  }

  for (const [bad, reason] of [
    ["0.0.0.0/0", /whole internet/],
    ["::/0", /whole internet/],
    ["0.0.0.0/1", /too wide/],
    ["10.0.0.0/15", /at most a \/16/],
    ["2001:db8::/31", /at most a \/32/],
    ["10.0.0.1/16", /write 10\.0\.0\.0\/16/],
    ["2001:DB8::/32", /write 2001:db8::\/32/],
    ["2001:db8:0:0::/32", /write 2001:db8::\/32/],
    ["198.51.100.7", /CIDR/],
    ["198.51.100.7/33", /CIDR/],
    ["1.2.3/24", /CIDR/],
    ["010.0.0.0/8", /CIDR/],
    ["::ffff:0.0.0.0/96", /write it as IPv4/],
    ["office", /CIDR/],
    ["", /CIDR/],
  ] as const) {
    it(`refuses ${bad}`, () => {
      assert.match(cidrProblem(bad) ?? "", reason);
    });
  }

  it("accepts what it proposes", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.tuple(fc.ipV4(), fc.integer({ min: 16, max: 32 })),
          fc.tuple(fc.ipV6(), fc.integer({ min: 32, max: 128 })),
        ),
        ([address, prefix]) => {
          const proposal = /write (\S+\/\d+)$/.exec(cidrProblem(`${address}/${prefix}`) ?? "")?.[1];
          fc.pre(proposal !== undefined);
          assert.equal(cidrProblem(proposal), undefined);
        },
      ),
    );
  });
});

describe("isIpv6", () => {
  it("tells the families apart", () => {
    assert.equal(isIpv6("2001:db8::/32"), true);
    assert.equal(isIpv6("10.0.0.0/8"), false);
  });
});
