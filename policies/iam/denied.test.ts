import assert from "node:assert/strict";
import { deniesPlainHttp } from "./denied";
import { readDocument } from "./document";
import { UNKNOWN } from "./unknown";

const ARN = "arn:aws:s3:::kennel-photos";
const deny = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [ARN, `${ARN}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

const denies = (...statements: readonly unknown[]): boolean => {
  const document = readDocument({ Version: "2012-10-17", Statement: statements });
  const arn = "arn:${Partition}:s3:::kennel-photos";
  return deniesPlainHttp(document.statements, "s3", arn, `${arn}/[*+]`);
};

describe("denying every request without TLS", () => {
  for (const [title, statements] of [
    ["the usual statement", [deny]],
    ["a star as the resource", [{ ...deny, Resource: "*" }]],
    ["one pattern for bucket and objects", [{ ...deny, Resource: `${ARN}*` }]],
    [
      "two statements",
      [
        { ...deny, Resource: ARN },
        { ...deny, Resource: `${ARN}/*` },
      ],
    ],
    ["AWS: *", [{ ...deny, Principal: { AWS: ["*"] } }]],
    ["every action there is", [{ ...deny, Action: "*" }]],
    [
      "another spelling",
      [{ ...deny, Action: ["S3:*"], Condition: { bool: { "AWS:securetransport": [false] } } }],
    ],
    ["NotAction of another service", [{ ...deny, Action: undefined, NotAction: "iam:*" }]],
    ["a denial of everything", [{ ...deny, Condition: undefined }]],
    [
      "China",
      [{ ...deny, Resource: [ARN, `${ARN}/*`].map((each) => each.replace("aws", "aws-cn")) }],
    ],
    [
      "more than that",
      [
        deny,
        { ...deny, Effect: "Allow", Condition: undefined, Principal: { AWS: "123456789012" } },
      ],
    ],
  ] as const) {
    it(`is done by ${title}`, () => {
      assert.equal(denies(...statements), true);
    });
  }

  for (const [title, statements] of [
    [
      "an Allow with TLS",
      [{ ...deny, Effect: "Allow", Condition: { Bool: { "aws:SecureTransport": "true" } } }],
    ],
    ["a denial of TLS", [{ ...deny, Condition: { Bool: { "aws:SecureTransport": "true" } } }]],
    [
      "a denial of old TLS only",
      [{ ...deny, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } }],
    ],
    ["one action", [{ ...deny, Action: "s3:GetObject" }]],
    ["one prefix of actions", [{ ...deny, Action: "s3:Get*" }]],
    ["all actions but some", [{ ...deny, Action: undefined, NotAction: "s3:ListBucket" }]],
    ["one principal", [{ ...deny, Principal: { AWS: "arn:aws:iam::123456789012:root" } }]],
    [
      "all principals but one",
      [{ ...deny, Principal: undefined, NotPrincipal: { AWS: "123456789012" } }],
    ],
    ["objects without the bucket", [{ ...deny, Resource: `${ARN}/*` }]],
    ["the bucket without objects", [{ ...deny, Resource: ARN }]],
    ["some objects", [{ ...deny, Resource: [ARN, `${ARN}/data/*`] }]],
    ["objects with short names", [{ ...deny, Resource: [ARN, `${ARN}/?`] }]],
    ["what is not known yet", [{ ...deny, Action: UNKNOWN }]],
    ["a resource that is not known yet", [{ ...deny, Resource: [ARN, `${ARN}/*`, UNKNOWN] }]],
    [
      "too many patterns to decide",
      [{ ...deny, Resource: Array.from({ length: 9_000 }, (_, index) => `${ARN}/*${index}*`) }],
    ],
    ["another bucket", [{ ...deny, Resource: ["arn:aws:s3:::other", "arn:aws:s3:::other/*"] }]],
    [
      "a second condition",
      [
        {
          ...deny,
          Condition: {
            ...deny.Condition,
            StringEquals: { "aws:PrincipalAccount": "123456789012" },
          },
        },
      ],
    ],
  ] as const) {
    it(`is not done by ${title}`, () => {
      assert.equal(denies(...statements), false);
    });
  }

  it("is done for the region and the account that the policy names", () => {
    const { statements } = readDocument({
      Version: "2012-10-17",
      Statement: {
        ...deny,
        Action: "sqs:*",
        Resource: "arn:aws:sqs:eu-west-1:123456789012:kennel",
      },
    });
    const queue = (name: string): string => `arn:\${Partition}:sqs:\${Region}:\${Account}:${name}`;
    assert.equal(deniesPlainHttp(statements, "sqs", queue("kennel")), true);
    assert.equal(deniesPlainHttp(statements, "sqs", queue("other")), false);
  });
});
