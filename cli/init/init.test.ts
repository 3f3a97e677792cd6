import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import * as tar from "tar";

import { previewRepository } from "../preview/preview-repository";
import { POLICY_PACK, REPOSITORY } from "../repository";
import { initProject } from "./init";
import { completeSettings } from "./questions";

describe("kennel init", function () {
  this.timeout(120_000);

  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "kennel-init-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("makes a project that previews at once and passes the pack", async () => {
    const directory = path.join(folder, "dogs");
    const settings = { name: "dogs", region: "eu-central-1", email: "team@example.com" };
    const made = await initProject({ ...settings, directory, install: false, withTypes: false });
    const { dependencies } = JSON.parse(
      readFileSync(path.join(directory, "package.json"), "utf8"),
    ) as { dependencies: Record<string, string> };
    assert.equal(
      dependencies["@kennel/components"],
      "file:vendor/kennel-components-0.1.0.tgz",
      "the package travels with the project",
    );
    assert.ok(made.includes("index.ts"));
    const file = path.join(directory, "vendor", "kennel-components-0.1.0.tgz");
    const packed: string[] = [];
    tar.list({ file, sync: true, onReadEntry: (entry) => packed.push(entry.path) });
    assert.ok(packed.includes("package/dist/LICENSE") && packed.includes("package/dist/NOTICE"));
    // What `npm install` would put there.
    symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(directory, "node_modules"));
    const preview = await previewRepository({ project: directory, policyPack: POLICY_PACK });
    assert.equal(preview.verdict, "pass");
    assert.deepEqual(preview.findings, [], "the default provider's tags count");
    assert.equal(preview.project, "dogs");
    const types = preview.resources.map(({ type }) => type);
    assert.ok(types.includes("aws:sagemaker/endpoint:Endpoint"));
    assert.ok(types.includes("aws:sns/topicSubscription:TopicSubscription"));
  });

  it("leaves a folder alone that holds something", async () => {
    const directory = path.join(folder, "used");
    mkdirSync(path.join(directory, "own"), { recursive: true });
    const settings = { name: "dogs", region: "us-east-1", directory, install: false };
    await assert.rejects(initProject(settings), /used exists already and is not an empty folder/);
  });

  it("names what a model directory lacks", async () => {
    const directory = path.join(folder, "new");
    const model = path.join(REPOSITORY, "samples", "photos");
    const settings = { name: "dogs", region: "us-east-1", directory, model, install: false };
    await assert.rejects(initProject(settings), /is not a model directory: model\.onnx, classes/);
  });

  it("takes defaults where nobody is asked, the name from the folder", async () => {
    const settings = await completeSettings({ region: "us-east-1" }, "My Dogs", false);
    assert.deepEqual(settings, { name: "my-dogs", region: "us-east-1", email: undefined });
  });

  for (const [given, message] of [
    [{ name: "Dogs!" }, /--name is "Dogs!", which is not a project name: 1 to 40/],
    [{ region: "mars-east-1" }, /--region is "mars-east-1", which is not an AWS region/],
    [{ email: "team" }, /--email is "team", which is not an e-mail address/],
  ] as const) {
    it(`refuses ${JSON.stringify(given)}`, async () => {
      await assert.rejects(
        completeSettings({ region: "us-east-1", ...given }, "dogs", false),
        message,
      );
    });
  }
});
