import assert from "node:assert/strict";
import { fewest, running } from "./testing/account-watch";
import { callsSince, fail, model, retrain, succeed, useEngine } from "./testing/use-engine";

describe("a fleet under load in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useEngine();

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

  const up = async (...options: string[]): Promise<string[]> => {
    callsSince(engine);
    await succeed(engine.up(...options));
    return callsSince(engine);
  };

  /** Runs an update and says how few instances took requests meanwhile. */
  const fewestDuring = async (update: () => Promise<unknown>): Promise<number> => {
    const { sageMaker } = engine.provider;
    const before = running(sageMaker);
    sageMaker.samples.splice(0);
    await update();
    sageMaker.advance(3600);
    const [least, ...others] = fewest(before, sageMaker.samples).values();
    assert.deepEqual(others, []);
    return least!;
  };

  const loadOf = (instances: number): void => {
    engine.provider.sageMaker.load = instances;
    engine.provider.sageMaker.advance(600);
  };

  it("does not change because it has grown or shrunk", async () => {
    configure({ instanceType: "ml.m5.large" });
    await up();
    loadOf(7);
    assert.deepEqual(await up(), []);
    loadOf(5);
  });

  it("keeps its instances when it gets a new model, and then does not change", async () => {
    retrain(engine);
    assert.equal(await fewestDuring(() => up()), 5);
    loadOf(6);
    assert.deepEqual(await up(), []);
  });

  it("keeps its instances when it changes how it is watched and rolled out", async () => {
    stackSettings = { monitoring: { emails: ["team@example.com"] } };
    configure({ instanceType: "ml.m5.large" });
    assert.equal(await fewestDuring(() => up()), 6);
    configure(
      { instanceType: "ml.m5.large" },
      { rollout: { strategy: "all-at-once", waitSeconds: 60 } },
    );
    assert.equal(await fewestDuring(() => up()), 6);
  });

  it("keeps its instances on another type of them", async () => {
    configure({ instanceType: "ml.c5.xlarge" });
    assert.equal(await fewestDuring(() => up()), 6);
    const { endpoints } = engine.provider.sageMaker;
    assert.equal(endpoints.size, 1);
  });

  it("gets no more than its maximum", async () => {
    scaling = { minInstances: 1, maxInstances: 4 };
    configure({ instanceType: "ml.c5.xlarge" }, { capture: {} });
    await up();
    const [latest] = [...engine.provider.sageMaker.configurations.values()].slice(-1);
    assert.deepEqual([...latest!.variants], [["primary", 4]]);
  });

  it("says which permission is missing, before it changes anything", async () => {
    engine.provider.denied.add("sagemaker:DescribeEndpoint");
    const output = await fail(engine.up());
    engine.provider.denied.clear();
    assert.match(output, /may not call sagemaker:DescribeEndpoint/);
  });

  describe("with scheduled times", () => {
    const scheduled = [
      { when: "cron(0 7 ? * MON-FRI *)", minInstances: 4, maxInstances: 8 },
      { when: "cron(0 19 ? * MON-FRI *)", minInstances: 1, maxInstances: 2 },
    ];

    it("has the bounds of its time after an update, and shows no drift", async () => {
      scaling = { minInstances: 1, maxInstances: 2, schedule: scheduled };
      configure({ instanceType: "ml.c5.xlarge" });
      await up();
      const { bounds } = engine.provider.sageMaker;
      for (const resourceId of bounds.keys()) {
        bounds.set(resourceId, { minCapacity: 4, maxCapacity: 8 });
      }
      loadOf(6);
      const { output } = await engine.previewRefresh();
      assert.doesNotMatch(output, /minCapacity|maxCapacity/);
      assert.deepEqual(await up("--refresh"), []);
    });

    it("keeps its instances and bounds on another type of instance", async () => {
      configure({ instanceType: "ml.c5.2xlarge" });
      assert.equal(await fewestDuring(() => up()), 6);
      const { bounds } = engine.provider.sageMaker;
      assert.deepEqual([...bounds.values()], [{ minCapacity: 4, maxCapacity: 8 }]);
    });
  });
});
