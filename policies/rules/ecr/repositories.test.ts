import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { Rule } from "../../rule";
import { outcomesOf, testResource } from "../../testing";
import { imageScanOnPush } from "./image-scan-on-push";
import { imageTagsImmutable } from "./image-tags-immutable";
import { noPublicRegistry } from "./no-public-registry";

const TYPES = ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"];

const said = (rule: Rule, type: string, props: Record<string, unknown>): string[] =>
  outcomesOf(rule, [testResource({ type, props })]).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );

for (const type of TYPES) {
  describe(`image-scan-on-push, ${type}`, () => {
    for (const props of [
      {},
      { imageScanningConfiguration: {} },
      { imageScanningConfiguration: { scanOnPush: false } },
    ]) {
      it(`finds ${JSON.stringify(props)}`, () => {
        assert.match(said(imageScanOnPush, type, props)[0]!, /does not scan/);
      });
    }

    it("passes a repository that scans", () => {
      const props = { imageScanningConfiguration: { scanOnPush: true } };
      assert.deepEqual(said(imageScanOnPush, type, props), []);
    });

    it("names what a preview does not know", () => {
      const props = { imageScanningConfiguration: { scanOnPush: UNKNOWN } };
      assert.deepEqual(said(imageScanOnPush, type, props), [
        "unknown imageScanningConfiguration.scanOnPush",
      ]);
    });

    it("repairs a repository and keeps the rest of it", () => {
      const repair = (props: Record<string, unknown>): Record<string, unknown> | undefined =>
        imageScanOnPush.resource!.remediate!(testResource({ type, props }), { config: {} });
      assert.deepEqual(repair({ name: "inference" }), {
        name: "inference",
        imageScanningConfiguration: { scanOnPush: true },
      });
      assert.equal(repair({ imageScanningConfiguration: { scanOnPush: true } }), undefined);
    });
  });

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
        assert.equal(said(imageTagsImmutable, type, props).length, 1);
      });
    }

    for (const props of [{ imageTagMutability: "IMMUTABLE" }, excluding("cache-*")]) {
      it(`passes ${JSON.stringify(props)}`, () => {
        assert.deepEqual(said(imageTagsImmutable, type, props), []);
      });
    }

    it("names what a preview does not know", () => {
      assert.deepEqual(said(imageTagsImmutable, type, { imageTagMutability: UNKNOWN }), [
        "unknown imageTagMutability",
      ]);
    });
  });
}

describe("no-public-registry", () => {
  it("finds repositories of the public registry and passes the others", () => {
    for (const type of ["aws:ecrpublic/repository:Repository", "aws-native:ecr:PublicRepository"]) {
      assert.match(said(noPublicRegistry, type, {})[0]!, /everybody can pull/);
    }
    assert.deepEqual(said(noPublicRegistry, TYPES[0]!, {}), []);
  });
});
