import assert from "node:assert/strict";
import { certify } from "./certificate";
import { verify } from "./certificate-check";
import { comparePolicies } from "./diff";

const document = (...Statement: object[]): object => ({ Version: "2012-10-17", Statement });
const allow = (Action: unknown, Resource: unknown = "*", Condition?: object): object => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});
const deny = (...parts: Parameters<typeof allow>): object => ({
  ...allow(...parts),
  Effect: "Deny",
});
const A = "arn:aws:s3:::a";
const tag = (operator: string, values: unknown): object => ({
  [operator]: { "aws:PrincipalTag/t": values },
});

/** Everything but some actions: what a document that never grants them lies within. */
const allBut = (...actions: string[]): object => document(allow("*"), deny(actions));

const narrower: Readonly<Record<string, readonly [older: object, newer: object]>> = {
  "split lists": [
    document(allow(["s3:GetObject", "s3:PutObject"], [A, `${A}/*`])),
    document(
      allow("s3:GetObject", [A, `${A}/*`]),
      allow("S3:putobject", A),
      allow("s3:PutObject", `${A}/*`),
    ),
  ],
  "a Deny for a NotAction": [
    document({ Effect: "Allow", NotAction: ["iam:*", "s3:Get*"], Resource: "*" }),
    document(allow("*"), deny(["s3:Get*", "iam:*"])),
  ],
  "a NotResource for a Deny": [
    document(allow("s3:*"), deny("s3:*", `${A}/*`)),
    document({ Effect: "Allow", Action: "s3:*", NotResource: `${A}/*` }),
  ],
  "less of a bucket": [
    document(allow("s3:Get*", `${A}*`)),
    document(allow("s3:GetObject", [`${A}b?`, `${A}/*`])),
  ],
  "no role is ever passed": [
    allBut("iam:PassRole"),
    document(allow(["iam:Get*", "s3:*"]), allow("iam:P*"), deny("iam:Pass*")),
  ],
  "nothing is ever deleted": [
    allBut("s3:Delete*"),
    document({ Effect: "Allow", NotAction: ["s3:D*", "s3:*Delete*"], Resource: [A, `${A}/*`] }),
  ],
  "a tag": [
    document(allow("s3:GetObject", "*", tag("StringLike", ["a*", "b"]))),
    document(allow("s3:GetObject", "*", tag("StringEquals", ["ab", "b"]))),
  ],
  "a tag that may be absent": [
    document(allow("s3:GetObject", "*", tag("StringEqualsIgnoreCaseIfExists", "a"))),
    document(allow("s3:GetObject", "*", tag("StringEqualsIfExists", "a"))),
  ],
  "a star that is meant as one": [
    document(allow("s3:GetObject", "*", tag("StringLike", "a*"))),
    document(allow("s3:GetObject", "*", tag("StringEquals", "a*"))),
  ],
  "numbers and dates": [
    document(allow("s3:ListBucket", "*", { NumericLessThanEquals: { "s3:max-keys": "10" } })),
    document(
      allow("s3:ListBucket", "*", {
        NumericLessThan: { "s3:max-keys": 10 },
        DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" },
        Bool: { "aws:SecureTransport": "true" },
      }),
    ),
  ],
};

describe("a certificate", () => {
  for (const [title, [older, newer]] of Object.entries(narrower)) {
    it(`is verified: ${title}`, () => {
      assert.equal(comparePolicies(older, newer).newlyAllowed.length, 0);
      const certificate = certify(older, newer);
      assert.equal(verify(older, newer, certificate), "verified");
      // Without one of its values it no longer stands for all requests.
      const { actions, resources, context } = certificate;
      for (let at = 0; at < actions.length; at++) {
        const less = { ...certificate, actions: actions.toSpliced(at, 1) };
        assert.equal(verify(older, newer, less), "refuted", actions[at]);
      }
      for (let at = 0; at < resources.length; at++) {
        const less = { ...certificate, resources: resources.toSpliced(at, 1) };
        assert.equal(verify(older, newer, less), "refuted", resources[at]);
      }
      for (const [key, values] of Object.entries(context)) {
        for (let at = 0; at < values.length; at++) {
          const less = { ...certificate, context: { ...context, [key]: values.toSpliced(at, 1) } };
          assert.equal(verify(older, newer, less), "refuted", `${key} ${String(values[at])}`);
        }
      }
    });

    it(`is refuted the other way round where more is allowed: ${title}`, () => {
      const isWider = comparePolicies(newer, older).newlyAllowed.length > 0;
      const verification = verify(newer, older, certify(newer, older));
      assert.equal(verification, isWider ? "refuted" : "verified");
    });
  }

  it("is not checked where values can't all be told apart", () => {
    const own = document(allow("s3:GetObject", "arn:aws:s3:::a/${aws:username}/*"));
    assert.equal(verify(own, own, certify(own, own)), "unsupported");
  });

  it("is not checked where it has more combinations than can be tried", () => {
    const tagged = (count: number): object => {
      const tags = Array.from({ length: count }, (_, index) => [`aws:PrincipalTag/${index}`, "x"]);
      return document(allow("s3:GetObject", A, { StringEquals: Object.fromEntries(tags) }));
    };
    for (const [count, expected] of [
      [3, "verified"],
      [20, "unsupported"],
    ] as const) {
      const own = tagged(count);
      assert.equal(verify(own, own, certify(own, own)), expected);
    }
  });
});
