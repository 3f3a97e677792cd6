import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { imageTagsImmutable } from "./image-tags-immutable";

const TYPES = ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"];

const said = (type: string, props: Record<string, unknown>): string[] =>
  outcomesOf(imageTagsImmutable, [testResource({ type, props })]).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );

for (const type of TYPES) {
  describe(`image-tags-immutable, ${type}`, () => {
    const excluding = (filter: string): Record<string, unknown> => ({
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter, filterType: "WILDCARD" }],
    });

    for (const props of [
      {},
      { imageTagMutability: "MUTABLE" },
      { imageTagMutability: "MUTABLE_WITH_EXCLUSION" },
      excluding("*"),
    ]) {
      it(`finds ${JSON.stringify(props)}`, () => {
        assert.equal(said(type, props).length, 1);
      });
    }

    for (const props of [{ imageTagMutability: "IMMUTABLE" }, excluding("cache-*")]) {
      it(`passes ${JSON.stringify(props)}`, () => {
        assert.deepEqual(said(type, props), []);
      });
    }

    it("names what a preview does not know", () => {
      assert.deepEqual(said(type, { imageTagMutability: UNKNOWN }), ["unknown imageTagMutability"]);
    });
  });
}
