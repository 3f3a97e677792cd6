import assert from "node:assert/strict";
import { turnBack, turnOf } from "./orientation";

/** A square whose pixels are told apart by their letters, row by row. */
function square(letters: string): Uint8Array {
  return Uint8Array.from([...letters].flatMap((letter) => Array(3).fill(letter.charCodeAt(0))));
}

describe("turnBack", () => {
  // What a photo of "ab / cd" looks like as it is stored, by EXIF's orientation.
  const stored = ["abcd", "badc", "dcba", "cdab", "acbd", "bdac", "dbca", "cadb"];
  stored.forEach((letters, index) => {
    it(`puts orientation ${index + 1} upright`, () => {
      const upright = new Uint8Array(12);
      turnBack(square(letters), 2, turnOf(index + 1), upright);
      assert.deepEqual(upright, square("abcd"));
    });
  });
});
