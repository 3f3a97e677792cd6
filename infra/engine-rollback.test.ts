import assert from "node:assert/strict";
import { reasons, type Misfortune } from "./offline/endpoint-deployment";
import { fail, model, retrain, succeed, useEngine } from "./testing/use-engine";

describe("a roll-out that goes wrong in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useEngine();

  const configure = (instanceType: string, rollout: object = {}): void => {
    engine.configure({
      endpoints: {
        main: {
          model,
          serving: { mode: "realtime", instanceType },
          scaling: { minInstances: 2, maxInstances: 8 },
          rollout: { strategy: "canary", percentage: 50, ...rollout },
        },
      },
    });
  };

  const failWith = async (misfortune?: Misfortune): Promise<string> => {
    engine.provider.sageMaker.misfortune = misfortune;
    return fail(engine.up());
  };

  /** The endpoints that serve, each with its configuration. */
  const served = () =>
    [...engine.provider.sageMaker.endpoints.values()]
      .filter(({ status }) => status === "InService")
      .map(({ fleet }) => fleet.configurationName);

  it("begins with a new model that the canary's alarm rejects, which the update says", async () => {
    configure("ml.m5.large");
    await succeed(engine.up());
    engine.provider.sageMaker.load = 5;
    engine.provider.sageMaker.advance(600);
    const before = served();
    retrain(engine);
    const output = await failWith("canary");
    assert.match(output, /SageMaker rolled the update back/);
    assert.match(output, /the alarm main-latency-\S+ is in ALARM since .*: Threshold Crossed/);
    assert.match(output, /log group \/aws\/sagemaker\/Endpoints\/kennel-test-main-/);
    assert.deepEqual(served(), before);
  });

  it("is shown by the next preview, which tries again", async () => {
    const [live] = served();
    const { output } = await engine.previewDiff();
    assert.match(output, new RegExp(`endpointConfigName: "${live}" => `));
  });

  for (const [misfortune, said] of [
    ["alarm", /is in ALARM/],
    ["capacity", /InsufficientInstanceCapacity/],
    ["crash", /did not pass the ping health check/],
    ["timeout", /maximum execution timeout/],
  ] as const) {
    it(`is tried again, and says that the reason is now the ${misfortune}`, async () => {
      const before = served();
      assert.match(await failWith(misfortune), said);
      assert.deepEqual(served(), before);
    });
  }

  it("ends well once the cause is gone, with all instances that run by then", async () => {
    const [former] = served();
    const { sageMaker } = engine.provider;
    sageMaker.load = 7;
    sageMaker.advance(600);
    sageMaker.samples.splice(0);
    await succeed(engine.up());
    assert.notEqual(served()[0], former);
    assert.equal(Math.min(...sageMaker.samples.map(({ running }) => running)), 7);
  });

  it("is refused with the way out where the new endpoint is Failed, while the former one serves", async () => {
    const before = served();
    configure("ml.c5.xlarge");
    assert.match(await failWith("creation"), new RegExp(reasons.creation));
    const output = await failWith();
    assert.match(
      output,
      /The endpoint \S+ is Failed: .*The execution role may not read .* in S3\. SageMaker can/,
    );
    const [, name] = /aws sagemaker delete-endpoint --endpoint-name (\S+)/.exec(output)!;
    assert.deepEqual(served(), before);
    // What the message tells to do.
    engine.provider.sageMaker.delete(name!);
    await succeed(engine.up("--refresh"));
    const [endpoint, ...others] = [...engine.provider.sageMaker.endpoints.values()];
    assert.deepEqual(others, []);
    assert.equal(endpoint!.name, name);
    assert.equal(endpoint!.fleet.instances.get("primary"), 7);
  });

  it("is noticed also where an update has nothing to do, and healed by a refresh", async () => {
    const { sageMaker } = engine.provider;
    const [endpoint] = [...sageMaker.endpoints.values()];
    const wanted = endpoint!.fleet.configurationName;
    const former = [...sageMaker.configurations.keys()].find((name) => name !== wanted)!;
    endpoint!.fleet = { ...endpoint!.fleet, configurationName: former };
    assert.match(await failWith(), new RegExp(`serves the configuration ${former} and not`));
    await succeed(engine.up("--refresh"));
    assert.equal(served()[0], wanted);
  });

  describe("that takes longer than the provider waits", () => {
    // Twice forty minutes.
    const slow = { waitSeconds: 2400, maximumSeconds: 14_400 };

    const outlast = async (misfortune?: Misfortune): Promise<void> => {
      assert.match(await failWith(misfortune), /timeout while waiting for state/);
      engine.provider.sageMaker.advance(7200);
    };

    it("ends well without another update, and the next one says so", async () => {
      configure("ml.c5.xlarge", slow);
      await outlast();
      const [wanted] = served();
      const { seconds } = engine.provider.sageMaker;
      await succeed(engine.up());
      assert.deepEqual(served(), [wanted]);
      assert.equal(engine.provider.sageMaker.seconds, seconds);
    });

    it("is rolled back, and the next update says why", async () => {
      const before = served();
      retrain(engine, ["other", "classes"]);
      await outlast("alarm");
      assert.deepEqual(served(), before);
      assert.match(await failWith(), /SageMaker rolled the update back[^]*is in ALARM/);
    });
  });
});
