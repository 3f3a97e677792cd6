import assert from "node:assert/strict";
import { fingerprintOf, isFingerprint } from "./fingerprint";

const of = (message: string): string => fingerprintOf("some-rule", "a:b:C::x", message);

describe("a fingerprint", () => {
  it("is one of the rule, the resource and what is found", () => {
    const prints = [
      of("is open"),
      fingerprintOf("other-rule", "a:b:C::x", "is open"),
      fingerprintOf("some-rule", "a:b:C::y", "is open"),
      of("is wide open"),
    ];
    assert.equal(new Set(prints).size, prints.length);
    assert.ok(prints.every(isFingerprint));
  });

  for (const [what, one, other] of [
    ["where a statement stands", "statement 1 allows `s3:*`", "statement 12 allows `s3:*`"],
    [
      "how many actions AWS has this month",
      "`s3:*` (163 actions, such as s3:A, s3:B, and each that AWS adds) is open",
      "`s3:*` (1,164 actions, such as s3:A, s3:C, and each that AWS adds) is open",
    ],
    ["the digits that Pulumi adds to a name", "role/run-1a2b3c4 is", "role/run-5d6e7f8 is"],
    ["white space", "is\n open ", "is open"],
  ] as const) {
    it(`does not depend on ${what}`, () => assert.equal(of(one), of(other)));
  }

  for (const [what, one, other] of [
    ["a pattern that loses its digits", "endpoint/*-1a2b3c4", "endpoint/*"],
    ["a pattern that gains a star", "endpoint/run-1a2b3c4", "endpoint/run-1a2b3c4*"],
    ["another account", "iam::123456789012:root", "iam::210987654321:root"],
    ["another price", "costs about $120", "costs about $121"],
  ] as const) {
    it(`depends on ${what}`, () => assert.notEqual(of(one), of(other)));
  }
});
