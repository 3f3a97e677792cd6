import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./project-root";
import { Engine, hasPulumi } from "./testing/engine";

describe("a fleet under load in Pulumi's engine", function () {
  this.timeout(300_000);

  let engine: Engine;
  let model: string;

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

  const configure = (serving: object, more: object = {}): void => {
    engine.configure({
      endpoints: {
        main: { model, serving: { mode: "realtime", ...serving }, function: {}, scaling, ...more },
      },
      ...stackSettings,
    });
  };
  let scaling: object = { minInstances: 1, maxInstances: 8 };
  let stackSettings: object = {};

  const succeed = async (...options: string[]): Promise<string[]> => {
    engine.provider.calls.splice(0);
    const { code, output } = await engine.up(...options);
    assert.equal(code, 0, output);
    return engine.provider.calls.map(
      ({ operation, type }) => `${operation} ${type.split(":").at(-1)}`,
    );
  };

  /** Runs an update and says how few instances took requests meanwhile, at any endpoint that did. */
  const fewestDuring = async (update: () => Promise<unknown>): Promise<number> => {
    const { samples } = engine.provider.sageMaker;
    samples.splice(0);
    await update();
    engine.provider.sageMaker.advance(3600);
    return Math.min(...samples.map(({ running }) => running));
  };

  const loadOf = (instances: number): void => {
    engine.provider.sageMaker.load = instances;
    engine.provider.sageMaker.advance(600);
  };

  it("does not change because it has grown or shrunk", async () => {
    configure({ instanceType: "ml.m5.large" });
    await succeed();
    loadOf(7);
    assert.deepEqual(await succeed(), []);
    loadOf(5);
  });

  it("keeps its instances when it gets a new model, and then does not change", async () => {
    writeFileSync(join(model, "classes.json"), JSON.stringify(["new", "classes"]));
    assert.equal(await fewestDuring(() => succeed()), 5);
    loadOf(6);
    assert.deepEqual(await succeed(), []);
  });

  it("keeps its instances when it changes how it is watched and rolled out", async () => {
    stackSettings = { monitoring: { emails: ["team@example.com"] } };
    configure({ instanceType: "ml.m5.large" });
    assert.equal(await fewestDuring(() => succeed()), 6);
    configure(
      { instanceType: "ml.m5.large" },
      { rollout: { strategy: "all-at-once", waitSeconds: 60 } },
    );
    assert.equal(await fewestDuring(() => succeed()), 6);
  });

  it("keeps its instances on another type of them", async () => {
    configure({ instanceType: "ml.c5.xlarge" });
    assert.equal(await fewestDuring(() => succeed()), 6);
    const { endpoints } = engine.provider.sageMaker;
    assert.equal(endpoints.size, 1);
  });

  it("gets no more than its maximum", async () => {
    scaling = { minInstances: 1, maxInstances: 4 };
    configure({ instanceType: "ml.c5.xlarge" }, { capture: {} });
    await succeed();
    const [latest] = [...engine.provider.sageMaker.configurations.values()].slice(-1);
    assert.deepEqual([...latest!.variants], [["primary", 4]]);
  });

  it("says which permission is missing, before it changes anything", async () => {
    engine.provider.denied.add("sagemaker:DescribeEndpoint");
    const { code, output } = await engine.up();
    engine.provider.denied.clear();
    assert.notEqual(code, 0);
    assert.match(output, /may not call sagemaker:DescribeEndpoint/);
    assert.doesNotMatch(output, /at .*\.ts:\d+/);
  });

  describe("with scheduled times", () => {
    const scheduled = [
      { when: "cron(0 7 ? * MON-FRI *)", minInstances: 4, maxInstances: 8 },
      { when: "cron(0 19 ? * MON-FRI *)", minInstances: 1, maxInstances: 2 },
    ];

    it("has the bounds of its time after an update, and shows no drift", async () => {
      scaling = { minInstances: 1, maxInstances: 2, schedule: scheduled };
      configure({ instanceType: "ml.c5.xlarge" });
      await succeed();
      const { bounds } = engine.provider.sageMaker;
      for (const resourceId of bounds.keys()) {
        bounds.set(resourceId, { minCapacity: 4, maxCapacity: 8 });
      }
      loadOf(6);
      const { output } = await engine.previewRefresh();
      assert.doesNotMatch(output, /minCapacity|maxCapacity/);
      assert.deepEqual(await succeed("--refresh"), []);
    });

    it("keeps its instances and bounds on another type of instance", async () => {
      configure({ instanceType: "ml.c5.2xlarge" });
      assert.equal(await fewestDuring(() => succeed()), 6);
      const { bounds } = engine.provider.sageMaker;
      assert.deepEqual([...bounds.values()], [{ minCapacity: 4, maxCapacity: 8 }]);
    });
  });
});
