import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { projectRoot } from "./project-root";
import { Engine, hasPulumi } from "./testing/engine";

describe("the program in Pulumi's engine", function () {
  this.timeout(300_000);

  let engine: Engine;
  let model: string;

  const endpoint = (instanceType: string): Record<string, unknown> => ({
    endpoints: {
      main: {
        model,
        serving: { mode: "realtime", instanceType },
        scaling: { minInstances: 1, maxInstances: 2 },
        function: {},
      },
    },
  });

  /** Type and operation of every call since the last time, in order. */
  const callsSince = (): string[] =>
    engine.provider.calls
      .splice(0)
      .map(({ operation, type }) => `${operation} ${type.split(":").at(-1)}`);

  before(async function () {
    if (!hasPulumi()) {
      this.skip();
    }
    model = mkdtempSync(join(tmpdir(), "kennel-model-"));
    cpSync(join(projectRoot, "samples", "model"), model, { recursive: true });
    engine = await Engine.start();
  });

  after(() => {
    engine?.stop();
    if (model !== undefined) {
      rmSync(model, { recursive: true });
    }
  });

  const succeed = async (operation: "preview" | "up" | "refresh" | "destroy"): Promise<string> => {
    const { code, output } = await engine[operation]();
    assert.equal(code, 0, output);
    return output;
  };

  it("refuses a misspelt key with one message and no stack trace", async () => {
    engine.configure({ enpoints: {} });
    const { code, output } = await engine.preview();
    assert.notEqual(code, 0);
    assert.match(output, /kennel:enpoints is not a known key. Did you mean kennel:endpoints\?/);
    assert.doesNotMatch(output, /at .*\.ts:\d+/);
  });

  it("creates no endpoint before there is a model", async () => {
    engine.configure({ endpoints: { main: {} } });
    assert.doesNotMatch(await succeed("preview"), /sagemaker/);
  });

  it("passes the policy pack in a preview in which nothing exists yet", async () => {
    engine.configure(endpoint("ml.m5.large"));
    assert.match(await succeed("preview"), /Policies:\s+✅ kennel/);
  });

  it("comes up, and a second update changes nothing", async () => {
    await succeed("up");
    assert.ok(callsSince().includes("create Endpoint"));
    await succeed("up");
    assert.deepEqual(callsSince(), []);
  });

  it("refreshes without a change", async () => {
    await succeed("refresh");
    await succeed("up");
    assert.deepEqual(callsSince(), []);
  });

  it("moves the live endpoint to a new model and keeps what a rollback would need", async () => {
    writeFileSync(join(model, "classes.json"), JSON.stringify(["new", "classes"]));
    await succeed("up");
    const calls = callsSince();
    const moved = calls.indexOf("update Endpoint");
    assert.ok(calls.indexOf("create Model") < calls.indexOf("create EndpointConfiguration"));
    assert.ok(calls.indexOf("create EndpointConfiguration") < moved, calls.join(", "));
    assert.ok(!calls.includes("delete Model") && !calls.includes("delete EndpointConfiguration"));
    assert.ok(!calls.includes("create Endpoint"));
  });

  it("replaces the endpoint for another instance type: the new one serves before the old one goes", async () => {
    engine.configure(endpoint("ml.c5.large"));
    await succeed("up");
    const calls = callsSince();
    assert.ok(calls.includes("create Endpoint"));
    assert.ok(
      calls.indexOf("create Endpoint") < calls.indexOf("delete Endpoint"),
      calls.join(", "),
    );
    const function_ = calls.findIndex((call) => call === "update Function");
    assert.ok(function_ < calls.indexOf("delete Endpoint"), calls.join(", "));
  });

  it("leaves nothing behind but what it keeps on purpose", async () => {
    await succeed("destroy");
    const left = [...engine.provider.existing.keys()].map((key) =>
      key.split("::")[2]!.split("$").at(-1),
    );
    const kept = [
      "aws:s3/bucketObjectv2:BucketObjectv2",
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      "aws:sagemaker/model:Model",
    ];
    assert.deepEqual([...new Set(left)].sort(), kept);
  });
});
