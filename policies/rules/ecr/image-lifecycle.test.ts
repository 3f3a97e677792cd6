import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { imageLifecycle } from "./image-lifecycle";

const repository = testResource({
  type: "aws:ecr/repository:Repository",
  name: "inference",
  props: { name: "kennel-inference" },
});
const policyOf = (policy: unknown, name: unknown = "kennel-inference"): JudgedResource =>
  testResource({
    type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    name: "expiry",
    props: { repository: name, policy },
  });
const rules = (...selections: object[]): object => ({
  rules: selections.map((selection, index) => ({
    rulePriority: index + 1,
    selection,
    action: { type: "expire" },
  })),
});
const untagged = {
  tagStatus: "untagged",
  countType: "sinceImagePushed",
  countUnit: "days",
  countNumber: 14,
};
const said = (resources: JudgedResource[], config: object = {}): string[] =>
  outcomesOf(imageLifecycle, resources, config).map((each) =>
    "unknown" in each ? `unknown ${each.unknown} of ${each.resource?.name}` : each.message,
  );

describe("image-lifecycle", () => {
  it("passes the expiry of untagged images, as text and as an object", () => {
    assert.deepEqual(said([repository, policyOf(rules(untagged))]), []);
    assert.deepEqual(said([repository, policyOf(JSON.stringify(rules(untagged)))]), []);
  });

  for (const [selection, expected] of [
    [
      { ...untagged, tagStatus: "any" },
      /Rule 1 .*expiry expires images with a tag \(tagStatus any\)/,
    ],
    [{ ...untagged, tagStatus: "tagged", tagPrefixList: ["v"] }, /tagStatus tagged/],
    [
      { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 },
      /keeps only 1 untagged image:/,
    ],
    [{ ...untagged, countNumber: 1 }, /after 1 day:/],
  ] as const) {
    it(`finds ${JSON.stringify(selection)}`, () => {
      const found = said([repository, policyOf(rules(selection))]);
      assert.equal(found.length, 1);
      assert.match(found[0]!, expected);
    });
  }

  it("takes its limits from its configuration", () => {
    const short = [repository, policyOf(rules({ ...untagged, countNumber: 1 }))];
    assert.deepEqual(said(short, { fewestUntaggedDays: 1 }), []);
    const few = [
      repository,
      policyOf(rules({ tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 1 })),
    ];
    assert.deepEqual(said(few, { fewestUntagged: 1 }), []);
  });

  it("finds a repository without a policy, and a policy that is not one", () => {
    assert.match(said([repository])[0]!, /inference has no lifecycle policy/);
    assert.match(said([repository, policyOf("{")])[0]!, /is not a JSON object/);
  });

  it("reads the policy inside a native repository", () => {
    const native = (props: Record<string, unknown>): JudgedResource =>
      testResource({ type: "aws-native:ecr:Repository", name: "native", props });
    const text = (policy: object): object => ({ lifecyclePolicyText: JSON.stringify(policy) });
    assert.match(said([native({})])[0]!, /no lifecycle policy/);
    assert.deepEqual(said([native({ lifecyclePolicy: text(rules(untagged)) })]), []);
    const any = rules({ ...untagged, tagStatus: "any" });
    assert.match(said([native({ lifecyclePolicy: text(any) })])[0]!, /tagStatus any/);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(said([repository, policyOf(UNKNOWN)]), ["unknown policy of expiry"]);
    assert.deepEqual(said([repository, policyOf(rules(untagged), UNKNOWN)]), [
      "unknown repository of expiry",
    ]);
  });
});
