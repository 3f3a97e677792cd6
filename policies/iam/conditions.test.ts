import assert from "node:assert/strict";
import { readConditions } from "./conditions";
import { ElementReader } from "./element-reader";

const restricts = (condition: object, effect: "Allow" | "Deny" = "Allow"): boolean => {
  const reader = new ElementReader();
  const conditions = readConditions(condition, "Statement[0]", effect, reader);
  assert.deepEqual(reader.problems, []);
  return conditions.length > 0;
};

const YEAR = 365 * 24 * 60 * 60 * 1000;
const inYears = (years: number): string => new Date(Date.now() + years * YEAR).toISOString();

describe("conditions", () => {
  const vacuous: object[] = [
    {},
    { StringLike: {} },
    { StringLike: { "aws:PrincipalArn": "*" } },
    { stringlike: { "AWS:PRINCIPALARN": ["arn:aws:iam::123456789012:role/a", "*"] } },
    { StringLikeIfExists: { "aws:userid": "?*" } },
    { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "*" } },
    { StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:*" } },
    { ArnLike: { "aws:PrincipalArn": "arn:*:iam::*:role/*" } },
    { ArnLike: { "aws:SourceArn": "arn:aws:*:*:*:*" } },
    { StringEquals: { "aws:username": "${aws:username}" } },
    { Bool: { "aws:SecureTransport": "true" } },
    { Bool: { "aws:MultiFactorAuthPresent": ["true", "false"] } },
    { Bool: { "aws:ViaAWSService": false } },
    { Null: { "aws:PrincipalArn": "false" } },
    { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
    { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } },
    { IpAddress: { "aws:SourceIp": "::/0" } },
    { NotIpAddress: { "aws:SourceIp": "192.0.2.1/32" } },
    { DateGreaterThan: { "aws:CurrentTime": inYears(-1) } },
    { DateLessThan: { "aws:CurrentTime": inYears(20) } },
    { StringNotEquals: { "aws:PrincipalTag/a": "b" } },
  ];
  for (const condition of vacuous) {
    it(`${JSON.stringify(condition).slice(0, 70)} restricts nothing`, () => {
      assert.equal(restricts(condition), false);
    });
  }

  const restricting: object[] = [
    { StringEquals: { "aws:ResourceTag/team": "a" } },
    { StringLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/kennel-*" } },
    { StringEquals: { "aws:PrincipalArn": "*" } },
    { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    { Bool: { "aws:SecureTransport": "false" } },
    { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
    { Null: { "aws:TokenIssueTime": "true" } },
    { DateLessThan: { "aws:CurrentTime": inYears(1) } },
    { StringNotLike: { "aws:PrincipalArn": "*" } },
    { StringLike: { "aws:userid": "*" }, StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
  ];
  for (const condition of restricting) {
    it(`${JSON.stringify(condition).slice(0, 70)} restricts`, () => {
      assert.equal(restricts(condition), true);
    });
  }

  it("make a Deny conditional in every doubt", () => {
    assert.equal(restricts({ Bool: { "aws:SecureTransport": "true" } }, "Deny"), true);
    assert.equal(restricts({ StringNotEquals: { "aws:PrincipalArn": "a" } }, "Deny"), true);
    assert.equal(restricts({ StringLike: { "aws:ResourceTag/a": "*" } }, "Deny"), true);
    assert.equal(restricts({ StringLike: { "aws:PrincipalArn": "*" } }, "Deny"), false);
  });
});
