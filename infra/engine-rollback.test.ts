import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "./project-root";
import { Engine, hasPulumi } from "./testing/engine";
import { reasons, type Misfortune } from "./testing/stand-in-deployment";

describe("a roll-out that goes wrong in Pulumi's engine", function () {
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

  const configure = (instanceType: string): void => {
    engine.configure({
      endpoints: {
        main: {
          model,
          serving: { mode: "realtime", instanceType },
          scaling: { minInstances: 2, maxInstances: 8 },
          rollout: { strategy: "canary", percentage: 50 },
        },
      },
    });
  };

  const succeed = async (...options: string[]): Promise<void> => {
    const { code, output } = await engine.up(...options);
    assert.equal(code, 0, output);
  };

  const fail = async (misfortune?: Misfortune): Promise<string> => {
    engine.provider.sageMaker.misfortune = misfortune;
    const { code, output } = await engine.up();
    assert.notEqual(code, 0, output);
    assert.doesNotMatch(output, /at .*\.ts:\d+/);
    return output;
  };

  /** The endpoints that serve, each with its configuration. */
  const served = () =>
    [...engine.provider.sageMaker.endpoints.values()]
      .filter(({ status }) => status === "InService")
      .map(({ fleet }) => fleet.configurationName);

  it("begins with a new model that the canary's alarm rejects, which the update says", async () => {
    configure("ml.m5.large");
    await succeed();
    engine.provider.sageMaker.load = 5;
    engine.provider.sageMaker.advance(600);
    const before = served();
    writeFileSync(join(model, "classes.json"), JSON.stringify(["new", "classes"]));
    const output = await fail("canary");
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
    ["container", /did not pass the ping health check/],
    ["timeout", /maximum execution timeout/],
  ] as const) {
    it(`is tried again, and says that the reason is now the ${misfortune}`, async () => {
      const before = served();
      assert.match(await fail(misfortune), said);
      assert.deepEqual(served(), before);
    });
  }

  it("ends well once the cause is gone, with all instances that run by then", async () => {
    const [former] = served();
    const { sageMaker } = engine.provider;
    sageMaker.load = 7;
    sageMaker.advance(600);
    sageMaker.samples.splice(0);
    await succeed();
    assert.notEqual(served()[0], former);
    assert.equal(Math.min(...sageMaker.samples.map(({ running }) => running)), 7);
  });

  it("is refused with the way out where the new endpoint is Failed, while the former one serves", async () => {
    const before = served();
    configure("ml.c5.xlarge");
    assert.match(await fail("creation"), new RegExp(reasons.creation));
    const output = await fail();
    assert.match(output, /The endpoint \S+ is Failed: The execution role may not read/);
    const [, name] = /aws sagemaker delete-endpoint --endpoint-name (\S+)/.exec(output)!;
    assert.deepEqual(served(), before);
    // What the message tells to do.
    engine.provider.sageMaker.delete(name!);
    await succeed("--refresh");
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
    assert.match(await fail(), new RegExp(`serves the configuration ${former} and not`));
    await succeed("--refresh");
    assert.equal(served()[0], wanted);
  });
});
