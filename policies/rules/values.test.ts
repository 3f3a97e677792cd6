import assert from "node:assert/strict";
import { UNKNOWN } from "../iam/unknown";
import type { JudgedResource } from "../resource";
import { testResource } from "../testing/outcomes";
import { declared, listOf } from "./values";

describe("a declared property", () => {
  const source = testResource({ type: "y", name: "source", props: {} });
  const make = (value: unknown, on: JudgedResource[] = []): JudgedResource =>
    testResource({ type: "x", props: { key: value }, propertyDependencies: { key: on } });

  it("is absent where the provider computes it", () => {
    assert.equal(declared(make(UNKNOWN), "key"), undefined);
    assert.equal(declared(make(undefined), "key"), undefined);
  });

  it("is not known yet where the program computes it", () => {
    assert.throws(() => declared(make(UNKNOWN, [source]), "key"), /key of .* is not known yet/);
  });

  it("is its value where that is known", () => {
    assert.equal(declared(make("value", [source]), "key"), "value");
  });

  it("reads as a list", () => {
    assert.deepEqual(
      [listOf(undefined), listOf(null), listOf(1), listOf([1, 2])],
      [[], [], [1], [1, 2]],
    );
  });
});
