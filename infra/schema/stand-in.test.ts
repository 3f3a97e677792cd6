import assert from "node:assert/strict";
import { parseConfig } from "../config";
import { configSchema } from "./config-schema";
import { encodeConfig } from "../testing/arbitrary-config";
import { allowedText, type SchemaNode } from "./explain";
import { standIn } from "./stand-in";

/** Every field of the configuration, below its path. */
function* fields(node: SchemaNode, path: readonly string[]): Generator<[string, SchemaNode]> {
  if (path.length > 0) {
    yield [path.join("."), node];
  }
  for (const [key, child] of Object.entries(node.properties ?? {})) {
    yield* fields(child, [...path, key]);
  }
  for (const child of [node.items, node.additionalProperties]) {
    if (typeof child === "object") {
      yield* fields(child, [...path, "x"]);
    }
  }
  for (const alternative of node.oneOf ?? []) {
    for (const [key, child] of Object.entries(alternative.properties ?? {})) {
      yield* fields(child, [...path, key]);
    }
  }
}

describe("standIn", () => {
  for (const [path, node] of fields(configSchema, [])) {
    it(`has a value of the right form for ${path}`, () => {
      const value = standIn(node);
      assert.notEqual(value, null, `${path} has no example`);
      if (node.pattern !== undefined) {
        assert.match(String(value), new RegExp(node.pattern, "u"));
      }
      if (node.enum !== undefined) {
        assert.ok(node.enum.includes(value), `${path}: ${allowedText(node)}`);
      }
      if (node.type === "integer") {
        assert.ok(Number(value) >= node.minimum! && Number(value) <= node.maximum!);
      }
    });
  }

  it("has a section that is accepted in the place of each", () => {
    for (const [key, node] of Object.entries(configSchema.properties ?? {})) {
      assert.doesNotThrow(() => parseConfig(encodeConfig({ [key]: standIn(node) }), "kennel"), key);
    }
  });
});
