import assert from "node:assert/strict";
import fc from "fast-check";
import { accepts, language, wordIn, type Language } from "./words";

/** A language as it is written. */
interface Written {
  readonly texts: readonly string[];
  readonly fold: boolean;
}

const read = ({ texts, fold }: Written): Language => language(texts, { wildcards: true, fold });

/** Whether a written language has a word, by a regular expression. */
const has = ({ texts, fold }: Written, word: string): boolean =>
  texts.some((text) => {
    const source = text.replaceAll("?", ".").replaceAll("*", ".*").replaceAll("/", "\\/");
    return new RegExp(`^${source}$`, fold ? "i" : "").test(word);
  });

const ALPHABET = ["a", "A", "b", "B", "/"];
/** Words of up to four characters, which tell all languages of short patterns apart. */
const WORDS = Array.from({ length: 4 }).reduce<string[]>(
  (words) => ["", ...words.flatMap((word) => ALPHABET.map((letter) => word + letter))],
  [""],
);

const text = fc
  .array(fc.constantFrom(...ALPHABET, "*", "?"), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(""));
const written = fc.record({
  texts: fc.array(text, { minLength: 1, maxLength: 12 }),
  fold: fc.boolean(),
});

describe("languages of words", () => {
  it("know a word in either case", () => {
    const both = (text: string): [exact: Language, alike: Language] => [
      read({ texts: [text], fold: false }),
      read({ texts: [text], fold: true }),
    ];
    for (const [lower, upper] of ["aA", "éÉ"]) {
      const [exact, alike] = both(lower!);
      assert.equal(wordIn([alike], [exact]), upper);
    }
    const short = read({ texts: ["a", "ax"], fold: true });
    assert.match(wordIn([both("A*")[0], both("a*")[1]], [short])!, /^A/);
  });

  it("lack what is shorter than the beginnings of many patterns", () => {
    const many = read({ texts: ["?", ..."bcdefghi"].map((each) => `${each}?`), fold: false });
    const words = ["", "b", "ab", "bb", "?"];
    assert.deepEqual(
      words.filter((word) => accepts(many, word)),
      ["ab", "bb"],
    );
    const short = read({
      texts: ["?", ..."bcdefghi"].map((each, at) => (at ? `${each}?` : each)),
      fold: false,
    });
    assert.equal(accepts(short, ""), false);
  });

  it("have the words that their patterns match", () => {
    fc.assert(
      fc.property(written, (each) => {
        const language = read(each);
        for (const word of WORDS) {
          assert.equal(accepts(language, word), has(each, word), word);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("have a word in common and outside of others where brute force finds one", () => {
    const some = fc.array(written, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(some, fc.array(written, { maxLength: 2 }), (ins, outs) => {
        const found = wordIn(ins.map(read), outs.map(read));
        const isFound = (word: string): boolean =>
          ins.every((each) => has(each, word)) && !outs.some((each) => has(each, word));
        if (found === undefined) {
          assert.equal(WORDS.find(isFound), undefined);
        } else {
          assert.ok(isFound(found), found);
        }
      }),
      { numRuns: 400 },
    );
  });
});
