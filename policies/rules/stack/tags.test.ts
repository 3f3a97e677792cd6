import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource, type TestResource } from "../../testing/outcomes";
import { isIn } from "./environments";
import { requiredTags } from "./required-tags";

const bucket = (props: Record<string, unknown>, rest: Partial<TestResource> = {}): JudgedResource =>
  testResource({ type: "aws:s3/bucket:Bucket", name: "data", props, ...rest });
const defaults = (tags: unknown): Partial<TestResource> => ({
  provider: { defaultTags: JSON.stringify({ tags }) },
});
const all = { Project: "dogs", Environment: "dev", ManagedBy: "pulumi" };

const configured = { tags: Object.keys(all) };
const messages = (resource: JudgedResource, config: object = configured): string[] =>
  messagesOfAll([resource], config);
const messagesOfAll = (resources: JudgedResource[], config: object = configured): string[] =>
  outcomesOf(requiredTags, resources, config).map((outcome) =>
    "message" in outcome ? outcome.message : `unknown: ${outcome.unknown}`,
  );

describe("required-tags", () => {
  it("names the tags that are missing or empty", () => {
    assert.deepEqual(messages(bucket({})), [
      "data has no Project, no Environment, no ManagedBy tag.",
    ]);
    const some = bucket({ tags: { Project: "", Environment: "dev" } });
    assert.deepEqual(messages(some), ["data has no Project, no ManagedBy tag."]);
  });

  it("counts the resource's own tags, the provider's and what state knows of both", () => {
    assert.deepEqual(messages(bucket({ tags: all })), []);
    assert.deepEqual(messages(bucket({}, defaults(all))), []);
    assert.deepEqual(messages(bucket({}, { provider: { defaultTags: { tags: all } } })), []);
    assert.deepEqual(messages(bucket({ tagsAll: all })), []);
    const { Project, ...others } = all;
    assert.deepEqual(messages(bucket({ tags: { Project } }, defaults(others))), []);
  });

  it("asks for other tags where it is configured", () => {
    assert.deepEqual(messages(bucket({ tags: all }), { tags: ["Owner"] }), [
      "data has no Owner tag.",
    ]);
  });

  it("asks for nothing unless it is configured", () => {
    assert.deepEqual(messages(bucket({}), {}), []);
  });

  it("names all that lack the same tags in one finding", () => {
    const many = Array.from({ length: 7 }, (_, index) => bucket({}, { name: `b${index}` }));
    const some = bucket({ tags: { Project: "dogs", Environment: "dev" } }, { name: "some" });
    assert.deepEqual(messagesOfAll([...many, some]), [
      "7 resources (b0, b1, b2, b3, b4 and 2 more) have no Project, no Environment, no ManagedBy tag.",
      "some has no ManagedBy tag.",
    ]);
  });

  it("asks nothing of what has no tags", () => {
    const policy = testResource({ type: "aws:iam/rolePolicy:RolePolicy" });
    assert.deepEqual(messages(policy), []);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(messages(bucket({ tags: UNKNOWN })), ["unknown: tags"]);
    const provider = bucket({}, { provider: { defaultTags: UNKNOWN } });
    assert.deepEqual(messages(provider), ["unknown: the provider's defaultTags"]);
    assert.deepEqual(messages(bucket({ tags: UNKNOWN }, defaults(all))), []);
    assert.deepEqual(messages(bucket({ tags: { ...all, Project: UNKNOWN } })), []);
  });

  it("survives default tags that are not JSON", () => {
    assert.equal(messages(bucket({}, { provider: { defaultTags: "{" } })).length, 1);
  });
});

describe("a resource's environment", () => {
  it("is its own tag's, or the provider's, in any case", () => {
    const own = bucket({ tags: { Environment: "PROD" } }, defaults(all));
    assert.equal(isIn(["Prod"], own), true);
    assert.equal(isIn(["dev"], own), false);
    assert.equal(isIn(["dev"], bucket({}, defaults(all))), true);
    assert.equal(isIn(["dev"], bucket({})), false);
    assert.equal(isIn(["dev"], bucket({ tags: UNKNOWN })), UNKNOWN);
  });
});
