import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { PYTHON } from "../../scripts/python-environment";
import { runLocally } from "../local/run-locally";
import { UserError } from "../output/failure";
import { SAMPLE_MODEL } from "../repository";
import { runHere } from "../testing/run-here";
import { type KennelRun, runKennel } from "../testing/run-kennel";

describe("kennel", function () {
  this.timeout(60_000);

  let directory: string;

  const write = (name: string, text: string): string => {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    return file;
  };

  /** One clear message on standard error: no stack trace, no second guess. */
  const refused = (run: KennelRun, message: RegExp, code = 2): void => {
    assert.equal(run.code, code, run.stderr);
    assert.match(run.stderr, message);
    assert.doesNotMatch(run.stderr, /^\s+at /m);
    assert.doesNotMatch(run.stderr, /not expected/);
  };

  before(() => (directory = mkdtempSync(path.join(os.tmpdir(), "kennel-commands-"))));
  after(() => rmSync(directory, { recursive: true }));

  describe("preview", () => {
    it("prints resources, findings, outputs and verdict as JSON", async () => {
      const run = await runKennel("preview", "--stack", "dev", "--json");
      assert.equal(run.code, 0, run.stderr);
      const preview = JSON.parse(run.stdout) as Record<string, unknown>;
      assert.deepEqual(
        [preview["project"], preview["stack"], preview["verdict"]],
        ["kennel", "dev", "pass"],
      );
      assert.ok((preview["resources"] as unknown[]).length > 20);
      assert.deepEqual(preview["findings"], []);
    });

    it("says in ten lines that all is well: what judged it by what, and what it costs", async () => {
      const run = await runHere("preview", "--stack", "dev");
      assert.ok(run.stdout.trimEnd().split("\n").length <= 10, run.stdout);
      assert.match(run.stdout, /Policy configuration: policies\/config\/dev\.json/);
      assert.match(run.stdout.trimEnd(), /\nCost: \d+\.\d\d USD a month at rest, .*$/);
    });

    it("names the stacks that exist for an unknown one", async () => {
      refused(await runHere("preview", "--stack", "nowhere"), /no stack "nowhere".*dev, prod/);
    });

    it("suggests the key that was meant for a misspelt one", async () => {
      const file = write(
        "Pulumi.a.yaml",
        "config:\n  aws:region: us-east-1\n  kennel:endponts: {}\n",
      );
      refused(
        await runHere("preview", "--config-file", file),
        /Did you mean kennel:endpoints\?/,
        1,
      );
    });

    it("refuses a trainer that the whole internet may log in to", async () => {
      const config =
        "config:\n  aws:region: us-east-1\n  kennel:trainer: { allowedCidrs: [0.0.0.0/0] }\n";
      refused(
        await runHere("preview", "--config-file", write("Pulumi.b.yaml", config)),
        /kennel:trainer\.allowedCidrs\[0\] is "0\.0\.0\.0\/0"/,
        1,
      );
    });

    it("names a folder that is not a policy pack", async () => {
      refused(await runHere("preview", "--policy-pack", directory), /is not a policy pack/);
    });

    it("says where a policy configuration is not JSON", async () => {
      const file = write("policy.json", "{");
      refused(await runHere("preview", "--policy-config", file), /policy configuration .*JSON/s);
    });

    it("says what is not a policy configuration", async () => {
      const nothing = write("nothing.json", "null");
      const wrong = write("wrong.json", '{"no-full-access": 5}');
      refused(
        await runHere("preview", "--policy-config", nothing),
        /policy configuration: expected an object of rules/,
      );
      refused(
        await runHere("preview", "--policy-config", wrong),
        /rule "no-full-access" has 5; expected an object of rules/,
      );
    });

    it("takes either a stack or a file", async () => {
      const file = write("Pulumi.c.yaml", "config: {}");
      refused(
        await runHere("preview", "--stack", "dev", "--config-file", file),
        /give one of them/,
      );
    });
  });

  it("points at the help of the command in which a mistake is", async () => {
    refused(await runKennel("cost", "train", "--nothing"), /`kennel cost train --help`/);
  });

  it("names a file that can't be made", async () => {
    const file = write("file", "");
    refused(await runHere("init", path.join(file, "dogs"), "--yes"), /ENOTDIR: .*file\/dogs/);
  });

  describe("local", () => {
    const refusedAtOnce = (options: { photo: string[] }, message: RegExp): Promise<void> =>
      assert.rejects(
        runLocally({ once: true, model: SAMPLE_MODEL, port: 0, stack: "dev", ...options }),
        (error) => error instanceof UserError && message.test(error.message),
      );

    it("names a photo that is not there", async () => {
      const missing = path.join(directory, "none.jpg");
      await refusedAtOnce({ photo: [missing] }, /there is no photo at .*none\.jpg/);
    });

    it("refuses an empty photo", async () => {
      const empty = write("empty.jpg", "");
      await refusedAtOnce({ photo: [empty] }, /empty\.jpg is empty \(0 bytes\)/);
    });

    it("says of a text file named .jpg what it is", async () => {
      const text = write("text.jpg", "hello");
      const run = await runKennel("local", "--once", "--photo", text);
      assert.equal(run.code, 1);
      assert.match(run.stdout, /refused text\.jpg \(400\): This is not a photo, but a text/);
    });

    it("says first what a model directory lacks", async () => {
      const model = mkdtempSync(path.join(directory, "model-"));
      writeFileSync(path.join(model, "model.onnx"), "");
      refused(
        await runKennel("local", "--once", "--model", model),
        /^kennel: --model .* is not a model directory.*model\.onnx is empty/,
      );
    });
  });

  describe("data", () => {
    it("passes options and exit status of prepare.py through", async function () {
      if (!existsSync(PYTHON)) {
        this.skip();
      }
      const run = await runKennel("data", "--source", "nowhere.zip", "--fractions=1");
      assert.equal(run.code, 2, run.stderr);
      assert.match(run.stderr, /^Error: 2 wrong settings:/);
      assert.match(run.stderr, /--source 'nowhere.zip': no such file or folder/);
      const help = await runKennel("data", "--help");
      assert.equal(help.code, 0, help.stderr);
      assert.match(help.stdout, /--max-gigabytes/);
    });
  });
});
