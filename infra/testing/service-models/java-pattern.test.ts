import assert from "node:assert/strict";
import { javaPattern } from "./java-pattern";

/** A pattern of a service model, a text that it matches and one that it does not. */
const patterns: readonly (readonly [string, string, string])[] = [
  ["[a-z]+", "abc", "abc1"],
  ["a|bc", "bc", "ac"],
  ["^[0-9]{1,2}$", "12", "123"],
  ["[\\w+=,.@-]+", "a-b@c", "a b"],
  ["[\\w-.]+", "a-b.c", "a b"],
  ["arn:[\\p{Alnum}\\-]+", "arn:aws-cn", "arn:äws"],
  ["\\p{Print}+", "a b~", "a\tb"],
  ["[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", "Größe 1", "a#b"],
  ["[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\r\\n\\t]*", "a😀", "a\u0007"],
  ["[a-z]+(?<!x)", "ab", "ax"],
  [
    "^(?![^:\\\\]*/action/|(?i).*<script>.*</script>.*)[^:\\\\]+$",
    "kennel-dev",
    "<Script></script>",
  ],
  ["https:\\/\\/\\#\\:", "https://#:", "https:##:"],
];

describe("javaPattern", () => {
  for (const [pattern, good, bad] of patterns) {
    it(`reads ${pattern}`, () => {
      assert.equal(javaPattern(pattern)?.test(good), true, good);
      assert.equal(javaPattern(pattern)?.test(bad), false, bad);
    });
  }

  for (const pattern of ["(?i)abc", "a++", "[a-z&&[^b]]", "[a-c[x-z]]", "\\Aabc\\z", "\\Qa.b\\E"]) {
    it(`has no translation of ${pattern}`, () => {
      assert.equal(javaPattern(pattern), undefined);
    });
  }
});
