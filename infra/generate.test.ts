import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { configSchema } from "./schema/config-schema";
import { generatedFiles } from "./generate";
import { projectRoot } from "./project-root";
import { withConfigSection } from "./schema/project-file";
import { configurationReference } from "./schema/reference";

describe("files made from the configuration schema", () => {
  for (const file of generatedFiles()) {
    it(`${path.relative(projectRoot, file.path)} is up to date`, () => {
      assert.equal(
        fs.readFileSync(file.path, "utf8"),
        file.text,
        "run npx ts-node infra/generate.ts",
      );
    });
  }
});

describe("withConfigSection", () => {
  const text = "# note\nname: kennel\nruntime: nodejs\nconfig:\n  old:\n    type: string\n";
  const parsed = parse(withConfigSection(text, configSchema)) as {
    name: string;
    config: Record<string, { type?: string; description: string; default: unknown }>;
  };

  it("declares every key with a description and a default, and drops others", () => {
    const nodes = Object.entries(configSchema.properties ?? {});
    assert.equal(parsed.name, "kennel");
    assert.deepEqual(
      Object.entries(parsed.config).map(([key, { default: value }]) => [key, value]),
      nodes.map(([key, node]) => [key, node.default ?? "none"]),
    );
    assert.match(parsed.config["environment"]?.description ?? "", /dev, staging, prod/);
  });

  it("leaves the checking of structured keys to the program, which finds every mistake at once", () => {
    const typed = Object.entries(parsed.config).filter(([, { type }]) => type !== undefined);
    assert.deepEqual(
      typed.map(([key]) => key),
      ["environment"],
    );
  });

  it("keeps comments", () => {
    assert.match(withConfigSection(text, configSchema), /^# note\n/);
  });
});

describe("configurationReference", () => {
  const page = configurationReference("kennel", configSchema);

  it("explains keys at every depth, with what is allowed and the default", () => {
    assert.match(page, /`kennel:environment` \|.*\| dev, staging, prod \| `dev` \|/);
    assert.match(
      page,
      /`kennel:endpoints\.<name>\.function\.timeout` \|.*from 1 to 900 \| `30` \|/,
    );
    assert.match(page, /`kennel:endpoints\.<name>\.scaling\.maxInstances` \|.*\| required \|/);
    assert.match(page, /serving \(mode: realtime\)\.instanceType/);
  });

  it("leaves no setting without an explanation", () => {
    const unexplained = page
      .split("\n")
      .filter((line) => /^\| `kennel:/.test(line) && !/<name>` \|/.test(line))
      .filter((line) => line.split(" | ")[1]?.trim() === "");
    assert.deepEqual(unexplained, []);
  });
});
