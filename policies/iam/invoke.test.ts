import assert from "node:assert/strict";
import { checkDocument } from "./judge";

const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/";
const CHARACTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"];

const scopeOf = (...statements: object[]): string =>
  checkDocument({ Version: "2012-10-17", Statement: statements }).invokeScope;
const allow = (Resource: unknown, more: object = {}): object => ({
  Effect: "Allow",
  Action: "sagemaker:InvokeEndpoint",
  Resource,
  ...more,
});
const beginnings = CHARACTERS.map((character) => `${ENDPOINT}${character}*`);

describe("patterns of names", () => {
  const every: Record<string, string[]> = {
    "by their first character": beginnings,
    "by their last character": CHARACTERS.map((character) => `${ENDPOINT}*${character}`),
    "by their second character": [...CHARACTERS, "-"].map((each) => `${ENDPOINT}?${each}*`),
    "by two characters where one is left out": [
      ...beginnings.slice(1),
      ...[...CHARACTERS, "-"].map((character) => `${ENDPOINT}A${character}*`),
    ],
    "with others among them": [`${ENDPOINT}kennel`, ...beginnings, `${ENDPOINT}kennel-*`],
    "some of every region": [
      ...beginnings.slice(0, 30),
      ...CHARACTERS.slice(30).map((character) => `arn:aws:sagemaker:*:*:endpoint/${character}*`),
    ],
  };
  for (const [title, patterns] of Object.entries(every)) {
    it(`are all names ${title}`, () => {
      assert.equal(scopeOf(allow(patterns)), "unscoped");
    });
  }

  const some: Record<string, string[]> = {
    "one first character is missing": beginnings.slice(1),
    "only small letters and digits are there": beginnings.slice(26),
    "a hyphen in the second place is missing": CHARACTERS.map((each) => `${ENDPOINT}?${each}*`),
    "they lie in two regions": [
      ...beginnings.slice(0, 31),
      ...beginnings.slice(31).map((each) => each.replace("eu-west-1", "eu-west-2")),
    ],
    "they end there": beginnings.map((pattern) => pattern.slice(0, -1)),
    "a variable stands before": CHARACTERS.map((each) => `${ENDPOINT}\${aws:username}${each}*`),
  };
  for (const [title, patterns] of Object.entries(some)) {
    it(`are not all names where ${title}`, () => {
      assert.notEqual(scopeOf(allow(patterns)), "unscoped");
    });
  }

  it("open endpoints over several statements, unless one is denied or conditional", () => {
    const statements = beginnings.map((resource) => allow(resource));
    assert.equal(scopeOf(...statements), "unscoped");
    assert.equal(scopeOf(...statements, { ...statements[0]!, Effect: "Deny" }), "prefix");
    const elsewhere = [
      "arn:aws:sagemaker:eu-west-1:123456789012:training-job/*",
      "arn:aws:sagemaker:eu-west-2:123456789012:endpoint/*",
    ];
    const beside = { Effect: "Deny", Action: "sagemaker:*", Resource: elsewhere };
    assert.equal(scopeOf(...statements, beside), "unscoped");
    const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
    assert.equal(scopeOf(allow(beginnings[0], { Condition }), ...statements.slice(1)), "prefix");
  });
});
