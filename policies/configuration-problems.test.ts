import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configurationProblems } from "./configuration-problems";
import { toPolicies } from "./pack";
import { rules } from "./rules";

const problems = (configured: Record<string, readonly string[]>): string[] =>
  configurationProblems(toPolicies(rules), new Map(Object.entries(configured)));

describe("a policy configuration", () => {
  it("may name every rule and each of its settings", () => {
    const all = Object.fromEntries(
      rules.map(({ name, config = {} }) => [name, Object.keys(config)]),
    );
    assert.deepEqual(problems({ ...all, all: [], exemptions: ["file"] }), []);
  });

  it("is refused where it names what does not exist, with what was meant", () => {
    assert.deepEqual(problems({ "no-ful-access": [] }), [
      'there is no rule "no-ful-access"; did you mean no-full-access?',
    ]);
    assert.deepEqual(problems({ "required-tags": ["tagz"] }), [
      'the rule required-tags has no setting "tagz"; did you mean tags?. Settings: enforcementLevel, tags',
    ]);
    assert.equal(problems({ constructor: [], __proto__x: ["toString"] }).length, 2);
  });

  for (const file of readdirSync(join(__dirname, "config"))) {
    it(`is accepted as shipped: ${file}`, () => {
      const text = readFileSync(join(__dirname, "config", file), "utf8");
      const settings = Object.entries(JSON.parse(text) as object).map(([rule, each]) => [
        rule,
        typeof each === "string" ? [] : Object.keys(each as object),
      ]);
      const { ...configured } = Object.fromEntries(settings) as Record<string, string[]>;
      for (const names of Object.values(configured)) {
        names.splice(0, names.length, ...names.filter((name) => name !== "enforcementLevel"));
      }
      assert.deepEqual(problems(configured), []);
    });
  }
});
