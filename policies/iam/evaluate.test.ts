import assert from "node:assert/strict";
import { isAllowed } from "./evaluate";

const allows = (Condition: object, context: Record<string, string | string[]>): boolean =>
  isAllowed(
    [
      {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition }],
      },
    ],
    { action: "s3:GetObject", resource: "arn:aws:s3:::a/b", context },
  );

/** A key of a condition with the values that meet it and those that do not. */
const CONDITIONS: readonly (readonly [
  operator: string,
  written: string,
  met: readonly string[],
  unmet: readonly string[],
])[] = [
  ["ArnLike", "arn:aws:iam::*:role/a*", ["arn:aws:iam::1:role/ab"], ["arn:aws:iam::1:user/ab"]],
  ["ArnLike", "arn:aws:sns:*:1:a:b", ["arn:aws:sns:eu-west-1:1:a:b"], ["arn:aws:sns:x:2:a:b"]],
  // A star stays within its part of the six.
  ["ArnLike", "arn:aws:s3:*:1:a", ["arn:aws:s3:eu:1:a"], ["arn:aws:s3:eu:2:x:1:a"]],
  ["ArnLike", "arn:*", ["arn:aws:s3:::a"], ["aws:s3:::a"]],
  ["DateLessThan", "2000-01-01T00:00:00Z", ["0999-01-01T00:00:00Z", "0"], ["2000-01-02T00:00:00Z"]],
  ["DateLessThan", "946684800", ["1999-12-31T23:59:59Z"], ["2000-01-01T00:00:00Z"]],
  ["NumericLessThanEquals", "10", ["10", "9.5"], ["10.1"]],
  ["NumericGreaterThan", "10", ["11"], ["10"]],
  ["StringLike", "a?c*", ["abc", "abcd"], ["ac", "xabc"]],
  ["StringEqualsIgnoreCase", "aB", ["AB"], ["ABC"]],
  ["IpAddress", "10.0.0.0/8", ["10.255.0.1"], ["11.0.0.1", "::1"]],
  ["IpAddress", "10.0.0.7", ["10.0.0.7"], ["10.0.0.8"]],
  ["Bool", "true", ["True"], ["false"]],
];

describe("one request", () => {
  for (const [operator, written, met, unmet] of CONDITIONS) {
    it(`is decided by ${operator} ${written}`, () => {
      for (const value of met) {
        assert.equal(allows({ [operator]: { k: written } }, { K: value }), true, value);
      }
      for (const value of unmet) {
        assert.equal(allows({ [operator]: { k: written } }, { K: value }), false, value);
      }
    });
  }

  it("meets a condition on several values as its quantifier says", () => {
    const any = { "ForAnyValue:StringEquals": { k: ["a", "b"] } };
    const all = { "ForAllValues:StringEquals": { k: ["a", "b"] } };
    assert.equal(allows(any, { k: ["x", "b"] }), true);
    assert.equal(allows(any, { k: ["x"] }), false);
    assert.equal(allows(any, {}), false);
    assert.equal(allows(all, { k: ["a", "b"] }), true);
    assert.equal(allows(all, { k: ["x", "b"] }), false);
    assert.equal(allows(all, {}), true);
  });
});
