import assert from "node:assert/strict";
import { policyDocument } from "./policy-document";

describe("policyDocument", () => {
  it("writes every element of a statement", () => {
    const written: unknown = JSON.parse(
      policyDocument({
        statements: [
          {
            sid: "Read",
            actions: ["s3:GetObject"],
            resources: ["*"],
            conditions: [
              { test: "StringEquals", variable: "aws:SourceAccount", values: ["1"] },
              { test: "StringEquals", variable: "aws:SourceAccount", values: ["2"] },
              { test: "Bool", variable: "aws:SecureTransport", values: ["true"] },
            ],
          },
          {
            effect: "Deny",
            notActions: ["sts:*"],
            notResources: ["arn:aws:s3:::kept"],
            principals: [
              { type: "AWS", identifiers: ["1"] },
              { type: "AWS", identifiers: ["2"] },
              { type: "Service", identifiers: ["lambda.amazonaws.com"] },
            ],
          },
          { actions: ["s3:ListBucket"], principals: [{ type: "*", identifiers: ["*"] }] },
        ],
      }),
    );
    assert.deepEqual(written, {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: ["s3:GetObject"],
          Resource: ["*"],
          Condition: {
            StringEquals: { "aws:SourceAccount": ["1", "2"] },
            Bool: { "aws:SecureTransport": ["true"] },
          },
        },
        {
          Effect: "Deny",
          NotAction: ["sts:*"],
          NotResource: ["arn:aws:s3:::kept"],
          Principal: { AWS: ["1", "2"], Service: ["lambda.amazonaws.com"] },
        },
        { Effect: "Allow", Action: ["s3:ListBucket"], Principal: "*" },
      ],
    });
  });

  it("lays overriding statements over those with their Sid", () => {
    const source = policyDocument({ statements: [{ sid: "A", actions: ["s3:*"] }] });
    const override = policyDocument({ statements: [{ sid: "A", actions: ["s3:Get*"] }] });
    const merged = policyDocument({
      sourcePolicyDocuments: [source],
      statements: [{ actions: ["sqs:*"] }],
      overridePolicyDocuments: [override],
    });
    const { Statement: statements } = JSON.parse(merged) as { Statement: { Action: string[] }[] };
    assert.deepEqual(
      statements.map(({ Action: actions }) => actions),
      [["s3:Get*"], ["sqs:*"]],
    );
  });
});
