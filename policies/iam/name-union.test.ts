import assert from "node:assert/strict";
import { checkDocument } from "./check";
import { coverEveryNameTogether } from "./name-union";

const ENDPOINT = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/";
const CHARACTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"];

const covering = (patterns: readonly string[]): number =>
  coverEveryNameTogether(patterns, (pattern) => pattern).length;
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
      assert.ok(covering(patterns) >= 62);
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
      assert.equal(covering(patterns), 0);
    });
  }

  it("open endpoints together over several statements, unless one is denied or conditional", () => {
    const statements = beginnings.map((resource) => ({
      Effect: "Allow",
      Action: "sagemaker:InvokeEndpoint",
      Resource: resource,
    }));
    const check = (...more: object[]): ReturnType<typeof checkDocument> =>
      checkDocument({ Version: "2012-10-17", Statement: more });
    const { invokeScope, findings } = check(...statements);
    assert.equal(invokeScope, "unscoped");
    assert.deepEqual(
      findings.map(({ rule }) => rule),
      ["invoke-endpoint-scope"],
    );
    assert.match(findings[0]!.message, /59 more allows .*endpoint\/A\*" and 61 more patterns/);
    const denial = { ...statements[0]!, Effect: "Deny" };
    assert.equal(check(...statements, denial).invokeScope, "prefix");
    const Condition = { StringEquals: { "aws:ResourceTag/team": "a" } };
    const limited = { ...statements[0]!, Condition };
    assert.equal(check(limited, ...statements.slice(1)).invokeScope, "prefix");
  });
});
