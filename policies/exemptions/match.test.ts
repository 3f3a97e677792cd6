import assert from "node:assert/strict";
import { namesResource, subjectOf } from "./match";

describe("the subject of an exemption", () => {
  it("is the same in every stack and under every parent", () => {
    const subject = "aws:s3/bucket:Bucket::photos";
    assert.equal(subjectOf("urn:pulumi:dev::kennel::aws:s3/bucket:Bucket::photos"), subject);
    assert.equal(subjectOf("urn:pulumi:prod::kennel::a:b:C$aws:s3/bucket:Bucket::photos"), subject);
  });

  it("keeps a name with colons and dollars whole", () => {
    assert.equal(subjectOf("urn:pulumi:dev::kennel::a:b:C::x::y$z"), "a:b:C::x::y$z");
  });

  it("is the stack where there is no resource", () => {
    assert.equal(subjectOf(""), "stack");
    assert.ok(namesResource("stack", undefined));
    assert.ok(!namesResource("stack", "urn:pulumi:dev::kennel::a:b:C::stack"));
  });

  it("is found in linear time, whatever the pattern", () => {
    const urn = `urn:pulumi:dev::kennel::a:b:C::${"a".repeat(50_000)}`;
    const start = performance.now();
    assert.ok(!namesResource(`${"*a".repeat(5_000)}*b`, urn));
    assert.ok(performance.now() - start < 1_000);
  });
});
