import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { parseConfig } from "../../infra/config";
import { REPOSITORY } from "../repository";
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

  describe("with secrets", () => {
    const secure = "{ secure: v1:b2uoE5mnop8rutxa:hAOiN6 }";
    /** A stack file, as the program gets it and as it reads it. */
    const read = (text: string) => {
      const settings = readStackFile(REPOSITORY, write("Pulumi.dev.yaml", text));
      assert.ok(!JSON.stringify(settings).includes("b2uo"), "the ciphertext goes no further");
      return settings;
    };
    const parse = (lines: readonly string[]) => {
      const endpoints = "kennel:endpoints: { main: { model: samples/model } }";
      const all = ["config:", "aws:region: us-east-1", endpoints, ...lines];
      const { project, config, secretKeys } = read(all.join("\n  "));
      return parseConfig(config, project, secretKeys);
    };

    it("puts what has the right form in the place of each, wherever it is", () => {
      const { monitoring, budget } = parse([
        `kennel:monitoring: { emails: [a@example.com, ${secure}, ${secure}], webhooks: [${secure}, ${secure}], latencyMilliseconds: ${secure} }`,
        `kennel:budget: { monthlyDollars: ${secure}, emails: ${secure} }`,
      ]);
      assert.equal(new Set(monitoring?.emails).size, 3);
      assert.equal(new Set(monitoring?.webhooks).size, 2);
      assert.equal(monitoring?.latencyMilliseconds, 2000);
      assert.deepEqual(budget, { monthlyDollars: 100, emails: ["team@example.com"] });
    });

    it("puts a whole section in the place of a secret one", () => {
      const { monitoring, budget } = parse([
        `kennel:monitoring: ${secure}`,
        `kennel:budget: ${secure}`,
      ]);
      assert.deepEqual(monitoring?.emails, ["team@example.com"]);
      assert.equal(budget?.monthlyDollars, 100);
    });

    it("knows the region and the settings of the provider", () => {
      const { config, secretKeys } = read(
        `config:\n  aws:region: ${secure}\n  aws:assumeRoles: [{ externalId: ${secure} }]\n`,
      );
      assert.equal(config["aws:region"], "us-east-1");
      assert.match(config["aws:assumeRoles"]!, /^\[\{"externalId":"secret-not-decrypted/);
      assert.deepEqual(secretKeys, ["aws:region", "aws:assumeRoles"]);
    });

    it("takes nothing else for a secret", () => {
      const { config, secretKeys } = read("config:\n  kennel:tags: { secure: v1, other: x }\n");
      assert.deepEqual([config["kennel:tags"], secretKeys], ['{"secure":"v1","other":"x"}', []]);
    });
  });

  it("hands over a key with nothing behind it as the engine does", () => {
    const file = write(
      "Pulumi.odd.yaml",
      "config:\n  kennel:trainer:\n  kennel:data: { ownKey: }\n",
    );
    const { config } = readStackFile(REPOSITORY, file);
    assert.deepEqual([config["kennel:trainer"], config["kennel:data"]], ["", '{"ownKey":null}']);
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

  it("says where a file is not YAML", () => {
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
