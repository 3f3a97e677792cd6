import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { howToFix } from "./rule";
import { rules } from "./rules";
import { rulesMarkdown } from "./rules-markdown";

describe("the rules", () => {
  it("are all in the list: one rule a file, called as its file", () => {
    const folder = path.join(__dirname, "rules");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
      .filter((file) =>
        /^ +name: "[a-z0-9-]+",\n +(what|documents): /m.test(
          readFileSync(path.join(folder, file), "utf8"),
        ),
      )
      .map((file) => path.basename(file, ".ts"));
    assert.deepEqual(rules.map(({ name }) => name).sort(), files.sort());
  });

  for (const rule of rules) {
    it(`${rule.name} says what, why, how to fix and by which standard`, () => {
      assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.match(rule.what, /^[A-Z].*\.$/);
      assert.match(rule.why, /^[A-Z].*\.$/s);
      assert.ok(howToFix(rule).length > 20);
      assert.ok(Object.values(rule.standards).flat().length > 0, "`standards` names none");
    });
  }

  it("are the ones that RULES.md describes (npm run rules -w policies)", () => {
    const page = readFileSync(path.join(__dirname, "RULES.md"), "utf8");
    assert.equal(page, rulesMarkdown(rules));
  });
});
