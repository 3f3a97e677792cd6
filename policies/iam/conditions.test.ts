import assert from "node:assert/strict";
import { readConditions } from "./conditions";
import { ElementReader } from "./element-reader";

const TODAY = Date.parse("2026-06-01T00:00:00Z");
const TAG_KEYS = { "aws:TagKeys": ["team"] };

const restricts = (condition: object, effect: "Allow" | "Deny" = "Allow"): boolean => {
  const reader = new ElementReader(TODAY);
  const conditions = readConditions(condition, "Statement[0]", effect, reader);
  assert.deepEqual(reader.problems, []);
  return conditions.length > 0;
};

const YEAR = 365 * 24 * 60 * 60 * 1000;
const inYears = (years: number): string => new Date(TODAY + years * YEAR).toISOString();

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
    { DateGreaterThan: { "aws:CurrentTime": "2026-05-31T23:59:59Z" } },
    { DateGreaterThanEquals: { "aws:EpochTime": "1577836800" } },
    { DateGreaterThan: { "aws:TokenIssueTime": "2020-01-01T00:00:00Z" } },
    { NumericGreaterThan: { "aws:EpochTime": "0" } },
    { NumericGreaterThanEquals: { "aws:EpochTime": 0 } },
    { NumericLessThan: { "aws:EpochTime": "32503680000" } },
    { StringNotEquals: { "aws:PrincipalTag/a": "b" } },
    { "ForAllValues:StringEquals": TAG_KEYS },
    { "forallvalues:stringlike": { "aws:PrincipalOrgPaths": "o-a/*" } },
    { "ForAnyValue:StringEqualsIfExists": TAG_KEYS },
    { StringEqualsIfExists: { "aws:RequestTag/team": "a" } },
    { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
    { StringEqualsIfExists: { "aws:SourceVpce": "vpce-1" } },
    { Null: { "aws:TagKeys": ["true", "false"] } },
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
    { DateGreaterThan: { "aws:CurrentTime": "2026-06-02T00:00:00Z" } },
    { DateGreaterThan: { "aws:CurrentTime": "never" } },
    { NumericGreaterThan: { "aws:EpochTime": "32503680000" } },
    { NumericGreaterThan: { "aws:MultiFactorAuthAge": "0" } },
    { "ForAnyValue:StringEquals": TAG_KEYS },
    { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["a"] } },
    { "ForAllValues:StringEquals": { "aws:RequestedRegion": ["eu-west-1"] } },
    { StringEqualsIfExists: { "aws:ResourceTag/team": "a" } },
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

  it("restrict where another one requires the key that may be absent", () => {
    const every = { "ForAllValues:StringEquals": TAG_KEYS };
    const conditionsOf = (condition: object): string[] =>
      readConditions(condition, "Statement[0]", "Allow", new ElementReader(TODAY)).map(
        ({ operator }) => operator,
      );
    assert.deepEqual(conditionsOf({ ...every, Null: { "aws:tagkeys": "false" } }), [
      "ForAllValues:StringEquals",
      "Null",
    ]);
    assert.deepEqual(conditionsOf({ ...every, "ForAnyValue:StringLike": { "aws:TagKeys": "*" } }), [
      "ForAllValues:StringEquals",
    ]);
    assert.deepEqual(conditionsOf({ ...every, Null: { "aws:tagkeys": "true" } }), ["Null"]);
    assert.deepEqual(conditionsOf({ ...every, Null: { "aws:username": "false" } }), ["Null"]);
  });

  it("leave a Deny unconditional where they hold for every request there is", () => {
    const always: object[] = [
      { Bool: { "aws:SecureTransport": ["true", "false"] } },
      { BoolIfExists: { "aws:MultiFactorAuthPresent": ["true", "false"] } },
      { NumericGreaterThan: { "aws:EpochTime": "0" } },
      { DateGreaterThan: { "aws:CurrentTime": inYears(-1) } },
      { Null: { "aws:PrincipalArn": "false" } },
      { StringLikeIfExists: { "aws:PrincipalTag/team": "*" } },
    ];
    for (const condition of always) {
      assert.equal(restricts(condition, "Deny"), false, JSON.stringify(condition));
    }
    const nearly: object[] = [
      { Bool: { "aws:MultiFactorAuthPresent": ["true", "false"] } },
      { DateGreaterThan: { "aws:TokenIssueTime": inYears(-1) } },
      // Seconds since 1970, or the year?
      { DateGreaterThan: { "aws:CurrentTime": "2099" } },
      { "ForAllValues:StringEquals": TAG_KEYS },
      { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
      { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
    ];
    for (const condition of nearly) {
      assert.equal(restricts(condition, "Deny"), true, JSON.stringify(condition));
    }
  });

  it("are a problem where they are more than AWS stores, and then limit an Allow no more", () => {
    const keys = Array.from({ length: 4_097 }, (_, index) => [`aws:PrincipalTag/${index}`, "a"]);
    const condition = { StringEquals: Object.fromEntries(keys) as object };
    const reader = new ElementReader(TODAY);
    assert.deepEqual(readConditions(condition, "Statement[0]", "Allow", reader), []);
    assert.match(reader.problems[0]!, /more than 4,096 conditions/);
    const denied = readConditions(condition, "Statement[0]", "Deny", new ElementReader(TODAY));
    assert.equal(denied.length, 1);
  });
});
