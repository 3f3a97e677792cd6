import assert from "node:assert/strict";
import { beyondBoundary } from "./boundary";
import { readDocument } from "./document";
import { isAllowed } from "./evaluate";
import { UNKNOWN } from "./unknown";

const BUCKET = "arn:aws:s3:::kennel";
const allow = (Action: unknown, Resource: unknown = "*", more: object = {}): object => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const documentOf = (...Statement: object[]): object => ({ Version: "2012-10-17", Statement });
const without = (key: string, from: object): object =>
  Object.fromEntries(Object.entries(from).filter(([each]) => each !== key));

/** For each boundary, requests and whether it keeps its role from them. */
const BOUNDARIES: Readonly<
  Record<string, readonly [object[], ...(readonly [action: string, on: string, kept: boolean])[]]>
> = {
  "lists services": [
    [allow(["s3:*", "logs:Put*"])],
    ["s3:GetObject", BUCKET, false],
    ["logs:PutLogEvents", "*", false],
    ["logs:GetLogEvents", "*", true],
    ["iam:PassRole", "*", true],
  ],
  "allows nothing": [
    [{ ...allow("s3:GetObject"), Effect: "Deny" }],
    ["s3:PutObject", BUCKET, true],
    ["s3:GetObject", BUCKET, true],
  ],
  "denies, too": [
    [allow("*"), { ...allow("iam:*"), Effect: "Deny" }],
    ["s3:GetObject", BUCKET, false],
    ["iam:PassRole", "*", true],
  ],
  "names a resource": [
    [allow("s3:*", BUCKET), allow("sqs:*")],
    ["s3:GetObject", BUCKET, false],
    ["s3:GetObject", `${BUCKET}-other`, true],
    ["sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:a", false],
  ],
  "names nothing but resources": [
    [allow("s3:*", BUCKET)],
    ["s3:GetObject", BUCKET, false],
    ["s3:GetObject", `${BUCKET}-other`, true],
  ],
  // In doubt it keeps its role from less.
  "lists exceptions": [
    [without("Action", { ...allow(""), NotAction: "iam:*" })],
    ["iam:PassRole", "*", false],
  ],
  "is not known yet": [[allow(["s3:*", UNKNOWN])], ["iam:PassRole", "*", false]],
  "lists exceptions among resources": [
    [without("Resource", { ...allow("s3:*"), NotResource: BUCKET })],
    ["s3:GetObject", BUCKET, false],
    ["sqs:SendMessage", "*", true],
  ],
  "names a resource that is not known yet": [
    [allow("s3:*", [BUCKET, UNKNOWN])],
    ["s3:GetObject", `${BUCKET}-other`, false],
    ["sqs:SendMessage", "*", true],
  ],
};

describe("what a permissions boundary keeps from", () => {
  for (const [title, [boundary, ...requests]] of Object.entries(BOUNDARIES)) {
    it(`where it ${title}`, () => {
      const { statements } = readDocument(documentOf(...boundary));
      const kept = beyondBoundary(statements).map(({ written }) => written);
      for (const [action, resource, expected] of requests) {
        const request = { action, resource, context: {} };
        const isKept = !isAllowed([documentOf(allow("*"), ...kept)], request);
        assert.equal(isKept, expected, `${action} on ${resource}`);
      }
    });
  }
});
