import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { chooseProject, programOf } from "./project";

describe("a Pulumi project", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "kennel-project-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is found from a folder inside it, and never replaced by Kennel's own", () => {
    const inside = path.join(folder, "src");
    mkdirSync(inside);
    assert.throws(() => chooseProject(inside), /--project .*no Pulumi\.yaml/);
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: other\nruntime: nodejs\n");
    assert.equal(chooseProject(inside), folder);
  });

  it("has the program that it declares, or index.ts where that was not built", () => {
    writeFileSync(path.join(folder, "Pulumi.yaml"), "name: other\nruntime: nodejs\n");
    assert.throws(() => programOf(folder), /no program in TypeScript or JavaScript/);
    writeFileSync(path.join(folder, "package.json"), '{ "main": "program.ts" }');
    writeFileSync(path.join(folder, "index.ts"), "");
    assert.equal(programOf(folder), path.join(folder, "index.ts"));
    writeFileSync(path.join(folder, "program.ts"), "");
    assert.equal(programOf(folder), path.join(folder, "program.ts"));
  });
});
