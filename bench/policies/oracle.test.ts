import assert from "node:assert/strict";

import { readCases } from "./cases";
import { consult } from "./oracle";

/** S3 has resources of other forms than buckets, too: by the letter, "every bucket and object" is not every resource. */
const BEYOND_THE_LETTER = new Set(["every-bucket-and-object", "china-every-bucket"]);

describe("oracle", () => {
  const unconditional = readCases().filter(
    ({ id, text, expected }) =>
      expected.analysable &&
      !text.includes('"Condition":{"') &&
      !text.includes('"Principal"') &&
      !BEYOND_THE_LETTER.has(id),
  );

  it("has cases to be tried on", () => {
    assert.ok(unconditional.length > 80, `${unconditional.length} cases`);
  });

  for (const { id, text, expected } of unconditional) {
    it(`agrees with the label of ${id}`, async () => {
      const { fullAccess, invokeUnscoped } = expected;
      assert.deepEqual(await consult(JSON.parse(text)), { fullAccess, invokeUnscoped });
    });
  }
});
