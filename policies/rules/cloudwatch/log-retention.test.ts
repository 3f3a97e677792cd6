import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { logRetention } from "./log-retention";

const said = (props: Record<string, unknown>, config: object = {}): string[] =>
  outcomesOf(
    logRetention,
    [testResource({ type: "aws:cloudwatch/logGroup:LogGroup", props })],
    config,
  ).map((each) => ("unknown" in each ? `unknown ${each.unknown}` : `${each.message} ${each.fix}`));

describe("log-retention", () => {
  for (const [props, config, expected] of [
    [{}, {}, /for ever.*retentionInDays: 30/],
    [{ retentionInDays: 0 }, {}, /for ever/],
    [{ retentionInDays: 31 }, {}, /31 days, which CloudWatch refuses; allowed are 1, 3/],
    [{ retentionInDays: 3 }, {}, /3 days; the least is 7/],
    [{ retentionInDays: 30 }, { fewestDays: 365 }, /the least is 365.*retentionInDays: 365/],
    [{ retentionInDays: 365 }, { mostDays: 90 }, /the most is 90.*retentionInDays: 90/],
  ] as const) {
    it(`finds ${JSON.stringify(props)} with ${JSON.stringify(config)}`, () => {
      const found = said(props, config);
      assert.equal(found.length, 1);
      assert.match(found[0]!, expected);
    });
  }

  it("passes what is kept for a while", () => {
    assert.deepEqual(said({ retentionInDays: 30 }), []);
    assert.deepEqual(said({ logGroupClass: "DELIVERY" }), []);
    const native = testResource({
      type: "aws-native:logs:LogGroup",
      props: { retentionInDays: 7 },
    });
    assert.deepEqual(outcomesOf(logRetention, [native]), []);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(said({ retentionInDays: UNKNOWN }), ["unknown retentionInDays"]);
  });
});
