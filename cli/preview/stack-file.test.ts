import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { readStack, readStackFile } from "./stack-file";

describe("stack files", () => {
  let directory: string;

  const write = (name: string, text: string): string => {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return file;
  };

  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-stack-"));
    write(
      "Pulumi.yaml",
      [
        "name: kennel",
        "runtime: nodejs",
        "config:",
        "  environment: { type: string, default: dev }",
        "  trainer: { type: object, description: no default }",
        "  aws:region: { value: eu-west-1 }",
      ].join("\n"),
    );
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("lays the stack's values over the project's defaults, under qualified keys", () => {
    write("Pulumi.dev.yaml", "config:\n  kennel:environment: staging\n");
    const settings = readStack(directory, "dev");
    assert.equal(settings.project, "kennel");
    assert.equal(settings.stack, "dev");
    assert.deepEqual(settings.config, {
      "kennel:environment": "staging",
      "aws:region": "eu-west-1",
    });
  });

  it("hands structured values to the program as JSON, as the engine does", () => {
    write("Pulumi.dev.yaml", "config:\n  kennel:endpoints:\n    main: { model: samples/model }\n");
    const { config } = readStack(directory, "dev");
    assert.deepEqual(JSON.parse(config["kennel:endpoints"]!), { main: { model: "samples/model" } });
  });

  it("marks a secret and never shows its ciphertext to the program", () => {
    write("Pulumi.dev.yaml", "config:\n  kennel:token: { secure: v1:abcdef }\n");
    const settings = readStack(directory, "dev");
    assert.deepEqual(settings.secretKeys, ["kennel:token"]);
    assert.ok(!settings.config["kennel:token"]!.includes("abcdef"));
  });

  it("names the stacks that exist where the asked one does not", () => {
    write("Pulumi.dev.yaml", "");
    write("Pulumi.prod.yaml", "");
    assert.throws(
      () => readStack(directory, "staging"),
      /no stack "staging".*Pulumi\.staging\.yaml.*dev, prod/s,
    );
  });

  it("refuses a name that would leave the project's directory", () => {
    assert.throws(() => readStack(directory, "../dev"), /no stack "\.\.\/dev"/);
  });

  it("refuses a key outside config", () => {
    const file = write("Pulumi.odd.yaml", "confg:\n  kennel:environment: dev\n");
    assert.throws(() => readStackFile(directory, file), /unknown top-level key "confg"/);
  });

  it("says where a file is no YAML", () => {
    const file = write("Pulumi.odd.yaml", 'config:\n  a: "unclosed\n');
    assert.throws(() => readStackFile(directory, file), /not valid YAML.*line/s);
  });

  it("names a file that does not exist", () => {
    assert.throws(
      () => readStackFile(directory, path.join(directory, "nowhere.yaml")),
      /nowhere\.yaml: it does not exist/,
    );
  });

  it("calls the stack after its file", () => {
    const file = write("Pulumi.blue.yaml", "");
    assert.equal(readStackFile(directory, file).stack, "blue");
  });
});
