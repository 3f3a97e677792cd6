import assert from "node:assert/strict";
import { holds, readCondition, type KeyValue } from "./condition";
import { checkDocument } from "./judge";
import { readDocument } from "./document";
import { grantsOf } from "./grants";

const TODAY = Date.parse("2026-06-01T00:00:00Z");
const TAG_KEYS = { "aws:TagKeys": ["team"] };

const policy = (effect: string, Condition: object): object => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:*", Resource: "*" },
    { Effect: effect, Action: "s3:*", Resource: "*", Condition },
  ],
});

/** Whether an Allow under the condition is less than one without it, for ordinary requests. */
const restricts = (condition: object): boolean => {
  const { statements, problems, unknown } = readDocument(policy("Allow", condition));
  assert.deepEqual([...problems, ...unknown], []);
  return grantsOf(statements, TODAY).allows[1]?.isOpen !== true;
};

/** Whether a Deny under the condition leaves something of what is allowed. */
const leavesSome = (condition: object): boolean =>
  checkDocument(policy("Deny", condition), { now: TODAY }).fullAccess;

const YEAR = 365 * 24 * 60 * 60 * 1000;
const inYears = (years: number): string => new Date(TODAY + years * YEAR).toISOString();

describe("conditions", () => {
  it("on several values hold as their quantifier says", () => {
    const isHeld = (operator: string, value: KeyValue): boolean =>
      holds(readCondition(operator, "k", ["a", "b"], false)!, value, TODAY);
    assert.equal(isHeld("ForAllValues:StringEquals", ["a", "b"]), true);
    assert.equal(isHeld("ForAllValues:StringEquals", ["a", "x"]), false);
    assert.equal(isHeld("ForAllValues:StringEquals", undefined), true);
    assert.equal(isHeld("ForAnyValue:StringEquals", ["x", "b"]), true);
    assert.equal(isHeld("ForAnyValue:StringEquals", ["x"]), false);
    assert.equal(isHeld("ForAnyValue:StringEquals", undefined), false);
  });

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
    { StringEqualsIfExists: { "aws:ResourceTag/team": "a" } },
    { StringEquals: { "aws:ResourceAccount": "123456789012" } },
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
    { NumericGreaterThan: { "aws:EpochTime": "32503680000" } },
    { NumericGreaterThan: { "aws:MultiFactorAuthAge": "0" } },
    { "ForAnyValue:StringEquals": TAG_KEYS },
    { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["a"] } },
    { "ForAllValues:StringEquals": { "aws:RequestedRegion": ["eu-west-1"] } },
    { StringNotLike: { "aws:PrincipalArn": "*" } },
    { StringLike: { "aws:userid": "*" }, StringEquals: { "aws:RequestedRegion": "eu-west-1" } },
  ];
  for (const condition of restricting) {
    it(`${JSON.stringify(condition).slice(0, 70)} restricts`, () => {
      assert.equal(restricts(condition), true);
    });
  }

  it("make a Deny conditional in every doubt", () => {
    assert.equal(leavesSome({ Bool: { "aws:SecureTransport": "true" } }), true);
    assert.equal(leavesSome({ StringNotEquals: { "aws:PrincipalArn": "a" } }), true);
    assert.equal(leavesSome({ StringLike: { "aws:ResourceTag/a": "*" } }), true);
    assert.equal(leavesSome({ StringLike: { "aws:PrincipalArn": "*" } }), false);
  });

  it("restrict where another one requires the key that may be absent", () => {
    const every = { "ForAllValues:StringEquals": TAG_KEYS };
    assert.equal(restricts({ ...every, Null: { "aws:tagkeys": "false" } }), true);
    assert.equal(restricts({ ...every, "ForAnyValue:StringLike": { "aws:TagKeys": "*" } }), true);
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
      assert.equal(leavesSome(condition), false, JSON.stringify(condition));
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
      assert.equal(leavesSome(condition), true, JSON.stringify(condition));
    }
  });
});
