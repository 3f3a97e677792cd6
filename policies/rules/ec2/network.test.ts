import assert from "node:assert/strict";
import { parseNetwork } from "../../../packages/aws-facts/networks";
import { areWideTogether, describeNetwork, isWide } from "./network";

const SHORTEST = { ipv4: 8, ipv6: 16 };

describe("how wide a network is", () => {
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
