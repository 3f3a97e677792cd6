import assert from "node:assert/strict";
import fc from "fast-check";
import { glob, isOpen, matches, template } from "./patterns";

const pattern = fc
  .array(fc.constantFrom("a", "b", ":", "*", "?"), { maxLength: 12 })
  .map((parts) => parts.join(""));
const text = fc
  .array(fc.constantFrom("a", "b", ":"), { maxLength: 12 })
  .map((parts) => parts.join(""));

/** The definition of a wildcard match, as plain as it can be said. */
function reference(glob: string, word: string): boolean {
  if (glob === "") {
    return word === "";
  }
  if (glob.startsWith("*")) {
    return reference(glob.slice(1), word) || (word !== "" && reference(glob, word.slice(1)));
  }
  return (
    word !== "" &&
    (glob[0] === "?" || glob[0] === word[0]) &&
    reference(glob.slice(1), word.slice(1))
  );
}

describe("wildcards", () => {
  it("match as the definition says", () => {
    fc.assert(
      fc.property(pattern, text, (written, word) => {
        assert.equal(matches(glob(written), word), reference(written, word));
      }),
      { numRuns: 3000 },
    );
  });

  it("stand for as many characters as a template says", () => {
    const words = ["", "a", "ab"];
    const matched = (each: string): string[] =>
      words.filter((word) => matches(template(each), word));
    assert.deepEqual(matched("[*]"), ["", "a", "ab"]);
    assert.deepEqual(matched("[*+]"), ["a", "ab"]);
    assert.deepEqual(matched("[*.]"), ["a"]);
  });

  it("match what a narrower wildcard stands for, and nothing wider", () => {
    const written = ["[*]", "[:]", "[a+]", "[:.]", "[*.]"];
    const matched = (each: string): string[] =>
      written.filter((other) => matches(template(each), template(other)));
    assert.deepEqual(matched("[*]"), written);
    assert.deepEqual(matched("[:]"), ["[:]", "[:.]"]);
    assert.deepEqual(matched("[a+]"), ["[a+]"]);
    assert.deepEqual(matched("[:.]"), ["[:.]"]);
    assert.deepEqual(matched("[*.]"), ["[:.]", "[*.]"]);
  });

  it("know what leaves everything open", () => {
    assert.deepEqual(["*", "?*", "**", "?", "", "a*", "*a"].map(isOpen), [
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("end with a pattern made of stars, which backtracking would not", () => {
    assert.equal(matches(glob("*a".repeat(50_000)), "b".repeat(60)), false);
    assert.equal(matches(glob("*?".repeat(50_000)), "b".repeat(60)), false);
  });
});
