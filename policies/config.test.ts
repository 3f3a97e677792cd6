import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { toPolicies } from "./pack";
import type { EnforcementLevel } from "./rule";
import { rules } from "./rules";

type Settings = Readonly<Record<string, unknown>>;

const FOLDER = path.join(__dirname, "config");
const LEVELS: readonly EnforcementLevel[] = ["advisory", "remediate", "mandatory"];

const policies = new Map(toPolicies(rules).map((policy) => [policy.name, policy]));
const read = (file: string): Readonly<Record<string, string | Settings>> =>
  JSON.parse(readFileSync(path.join(FOLDER, file), "utf8")) as Record<string, string | Settings>;

/** How strict a rule is under a configuration: its place in `LEVELS`. */
const strictness = (file: string, rule: string): number => {
  const setting = read(file)[rule];
  const level = typeof setting === "string" ? setting : setting?.["enforcementLevel"];
  return LEVELS.indexOf((level ?? policies.get(rule)!.enforcementLevel) as EnforcementLevel);
};

describe("the configuration of each environment", () => {
  it("is there for dev, staging and prod", () => {
    assert.deepEqual(readdirSync(FOLDER).sort(), ["dev.json", "prod.json", "staging.json"]);
  });

  for (const file of readdirSync(FOLDER)) {
    for (const [rule, setting] of Object.entries(read(file))) {
      it(`${file} names the rule ${rule}, a level and settings that exist`, () => {
        const { enforcementLevel, ...settings } =
          typeof setting === "string" ? { enforcementLevel: setting } : setting;
        assert.ok(policies.has(rule));
        assert.ok(LEVELS.includes(enforcementLevel as EnforcementLevel));
        for (const [key, value] of Object.entries(settings)) {
          const schema = policies.get(rule)!.configSchema?.properties[key];
          assert.ok(typeof schema === "object", `${rule} has no setting ${key}`);
          const type = Array.isArray(value) ? "array" : typeof value;
          assert.equal(type, schema.type === "integer" ? "number" : schema.type);
          assert.ok(schema.enum === undefined || schema.enum.includes(value as string));
        }
      });
    }
  }

  it("is nowhere stricter than in staging, and there nowhere stricter than in prod", () => {
    for (const rule of policies.keys()) {
      assert.ok(strictness("dev.json", rule) <= strictness("staging.json", rule), rule);
      assert.ok(strictness("staging.json", rule) <= strictness("prod.json", rule), rule);
    }
  });

  it("leaves what prod deploys as it is written: nothing is repaired in silence", () => {
    const repaired = [...policies.keys()].filter(
      (rule) => strictness("prod.json", rule) === LEVELS.indexOf("remediate"),
    );
    assert.deepEqual(repaired, []);
  });
});
