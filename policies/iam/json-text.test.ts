import assert from "node:assert/strict";
import fc from "fast-check";
import { ElementReader } from "./element-reader";
import { parseJsonText } from "./json-text";

function parsed(text: string): { readonly value: unknown; readonly problems: readonly string[] } {
  const reader = new ElementReader();
  return { value: parseJsonText(text, reader), problems: reader.problems };
}

describe("a policy's text", () => {
  it("is read as JSON.parse reads it, without a problem", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        // A generated object may have the key twice only where JSON.parse would have kept one.
        const { value, problems } = parsed(JSON.stringify(JSON.parse(json)));
        assert.deepEqual(value, JSON.parse(json));
        assert.deepEqual(problems, []);
      }),
    );
  });

  for (const [title, text, expected] of [
    ["a byte order mark", '\uFEFF{"a":1}', /byte order mark/],
    ["a key that appears twice", '{"a":1,"b":{"a":2},"a":3}', /"a" appears twice/],
    ["a key that appears twice in another spelling", '{"a":1,"\\u0061":3}', /"a" appears twice/],
    ["a nested key that appears twice", '{"a":[{"b":1,"b":2}]}', /"b" appears twice/],
    ["a comment", '{"a":1} // no', /not JSON/],
    ["nothing", "", /not JSON/],
    ["an ARN", "arn:aws:iam::aws:policy/ReadOnlyAccess", /it is an ARN/],
  ] as const) {
    it(`names ${title}`, () => {
      assert.match(parsed(text).problems.join(), expected);
    });
  }

  it("is decoded where it is percent-encoded as a whole, and only there", () => {
    const value = { Resource: "arn:aws:s3:::a%2Fb" };
    const text = JSON.stringify(value);
    assert.deepEqual(parsed(text), { value, problems: [] });
    assert.deepEqual(parsed(encodeURIComponent(text)), { value, problems: [] });
  });

  it("takes braces and quotation marks inside strings for text", () => {
    const value = { 'a"{': '},"a"', b: ["\\", '"', { 'a"{': 1 }] };
    assert.deepEqual(parsed(JSON.stringify(value)), { value, problems: [] });
  });

  it("decodes what IAM's API returns", () => {
    assert.deepEqual(parsed(encodeURIComponent('{"a":"b c"}')).value, { a: "b c" });
  });

  it("reads a text that is nested deeper than any policy", () => {
    const depth = 30_000;
    const { problems } = parsed('{"a":'.repeat(depth) + "1" + "}".repeat(depth));
    assert.deepEqual(problems, []);
  });
});
