import assert from "node:assert/strict";
import { fail, succeed, useEngine } from "./testing/use-engine";

describe("the trainer in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useEngine();

  const configure = (settings: object): void => {
    engine.configure({ trainer: { instanceType: "m5.xlarge", ...settings } });
  };

  /** What an update does to the trainer and its settings. */
  async function up(): Promise<string[]> {
    engine.provider.calls.splice(0);
    await succeed(engine.up());
    return engine.provider.calls
      .filter(({ name, type }) => name.startsWith("trainer") && /Instance$|Objectv2$/.test(type))
      .map(({ operation, type }) => `${operation} ${type.split(":").at(-1)}`);
  }

  function setState(instanceState: string): void {
    const [, instance] = [...engine.provider.existing].find(([urn]) =>
      urn.includes("aws:ec2/instance:Instance"),
    )!;
    instance["instanceState"] = instanceState;
  }

  it("gets other settings without being stopped", async () => {
    configure({});
    assert.ok((await up()).includes("create Instance"));
    setState("running");
    configure({ idleMinutes: 30, startTraining: true, tuning: {}, hyperparameters: { epochs: 5 } });
    assert.deepEqual(await up(), ["update BucketObjectv2"]);
    assert.deepEqual(await up(), []);
  });

  it("is not stopped or replaced while it runs: the update says why", async () => {
    const { calls } = engine.provider;
    for (const settings of [
      { instanceType: "m5.2xlarge" },
      { keyName: "other" },
      { amiFlavour: "oss-nvidia-driver-gpu-pytorch-2.7-ubuntu-22.04" },
    ]) {
      configure(settings);
      calls.splice(0);
      const output = await fail(engine.up());
      assert.match(output, /The trainer i-[0-9a-f]+ is running, and another instanceType, keyName/);
      assert.ok(!calls.some(({ type }) => type.endsWith(":Instance")));
    }
  });

  it("changes once it has stopped", async () => {
    setState("stopped");
    configure({ instanceType: "m5.2xlarge" });
    assert.ok((await up()).includes("update Instance"));
    configure({ amiFlavour: "oss-nvidia-driver-gpu-pytorch-2.7-ubuntu-22.04" });
    const calls = await up();
    assert.ok(calls.includes("create Instance") && calls.includes("delete Instance"), `${calls}`);
  });
});
