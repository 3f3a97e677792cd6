import assert from "node:assert/strict";
import { AccountWatch } from "./testing/account-watch";
import { callsSince, fail, model, retrain, succeed, useEngine } from "./testing/use-engine";

describe("the program in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useEngine();

  const endpoint = (instanceType: string, more: object = {}): Record<string, unknown> => ({
    endpoints: {
      main: {
        model,
        serving: { mode: "realtime", instanceType },
        scaling: { minInstances: 1, maxInstances: 2 },
        function: {},
        ...more,
      },
    },
  });

  /** First words of the names of what was created and deleted since the last time, each once. */
  const namesSince = (): Record<string, string[]> => {
    const names: Record<string, string[]> = {};
    for (const { operation, name } of engine.provider.calls.splice(0)) {
      const [first = ""] = name.split("-");
      names[operation] = [...new Set([...(names[operation] ?? []), first])];
    }
    return names;
  };

  it("refuses a misspelt key with one message and no stack trace", async () => {
    engine.configure({ enpoints: {} });
    const output = await fail(engine.preview());
    assert.match(output, /kennel:enpoints is not a known key. Did you mean kennel:endpoints\?/);
  });

  it("creates no endpoint before there is a model", async () => {
    engine.configure({ endpoints: { main: {} } });
    assert.doesNotMatch(await succeed(engine.preview()), /sagemaker/);
  });

  it("passes the policy pack in a preview in which nothing exists yet", async () => {
    engine.configure(endpoint("ml.m5.large"));
    assert.match(await succeed(engine.preview()), /Policies:\s+✅ kennel/);
  });

  it("comes up, and a second update changes nothing", async () => {
    await succeed(engine.up());
    assert.ok(callsSince(engine).includes("create Endpoint"));
    await succeed(engine.up());
    assert.deepEqual(callsSince(engine), []);
  });

  it("refreshes without a change", async () => {
    await succeed(engine.refresh());
    await succeed(engine.up());
    assert.deepEqual(callsSince(engine), []);
  });

  it("moves the live endpoint to a new model and keeps what a rollback would need", async () => {
    retrain(engine);
    await succeed(engine.up());
    const calls = callsSince(engine);
    const moved = calls.indexOf("update Endpoint");
    assert.ok(calls.indexOf("create Model") < calls.indexOf("create EndpointConfiguration"));
    assert.ok(calls.indexOf("create EndpointConfiguration") < moved, calls.join(", "));
    assert.ok(!calls.includes("delete Model") && !calls.includes("delete EndpointConfiguration"));
    assert.ok(!calls.includes("create Endpoint"));
  });

  it("replaces the endpoint for another instance type: the new one serves before the old one goes", async () => {
    engine.configure(endpoint("ml.c5.large"));
    await succeed(engine.up());
    const calls = callsSince(engine);
    assert.ok(calls.includes("create Endpoint"));
    assert.ok(
      calls.indexOf("create Endpoint") < calls.indexOf("delete Endpoint"),
      calls.join(", "),
    );
    const function_ = calls.findIndex((call) => call === "update Function");
    assert.ok(function_ < calls.indexOf("delete Endpoint"), calls.join(", "));
  });

  it("moves the endpoint to another configuration in place", async () => {
    const recorded = endpoint("ml.c5.large", { capture: { percentage: 50 } });
    engine.configure(recorded);
    await succeed(engine.up());
    const calls = callsSince(engine);
    assert.ok(calls.includes("create EndpointConfiguration"), calls.join(", "));
    assert.ok(calls.includes("update Endpoint"));
    assert.ok(!calls.includes("create Endpoint") && !calls.includes("create Model"));
    assert.ok(!calls.includes("delete EndpointConfiguration"), "an automatic rollback needs it");
  });

  it("adds an endpoint and takes it away again, and leaves its neighbour alone", async () => {
    const one = endpoint("ml.c5.large");
    const { main } = one["endpoints"] as { main: object };
    engine.configure({ endpoints: { main } });
    await succeed(engine.up());
    callsSince(engine);
    engine.configure({ endpoints: { main, second: { model, function: {} } } });
    await succeed(engine.up());
    assert.deepEqual(namesSince(), { create: ["second"] });
    engine.configure({ endpoints: { main } });
    await succeed(engine.up());
    assert.deepEqual(namesSince(), { delete: ["second"] });
  });

  it("puts back in a refresh what somebody deleted by hand, and nothing else", async () => {
    const { existing } = engine.provider;
    const alias = [...existing.keys()].find((key) => key.includes("lambda/alias:Alias"));
    (existing as Map<string, unknown>).delete(alias!);
    await succeed(engine.refresh());
    await succeed(engine.up());
    assert.deepEqual(callsSince(engine), ["create Alias"]);
  });

  it("shows in a refresh that somebody else moved the endpoint, and moves forward again", async () => {
    const { existing, sageMaker } = engine.provider;
    const [live] = [...sageMaker.endpoints.values()];
    const updated = live!.fleet.configurationName;
    const former = [...existing.keys()]
      .filter((key) => key.includes("endpointConfiguration:EndpointConfiguration"))
      .map((key) => key.split(" ").at(-1))
      .find((name) => name !== updated);
    assert.ok(former !== undefined, "the configuration to roll back to is still there");
    live!.fleet = { ...live!.fleet, configurationName: former };
    const { output } = await engine.previewRefresh();
    assert.match(output, new RegExp(`endpointConfigName: "${String(updated)}" => "${former}"`));
    await succeed(engine.refresh());
    await succeed(engine.up());
    assert.deepEqual(callsSince(engine), ["update Endpoint"]);
  });

  it("says before the end what it leaves behind", async () => {
    const { keptOnDestroy } = await engine.outputs();
    const [models, logs, ...others] = keptOnDestroy as string[];
    assert.match(models!, /^SageMaker models and endpoint configurations main-…/);
    assert.match(logs!, /^Log group \/aws\/sagemaker\/Endpoints\/kennel-test-main-/);
    assert.deepEqual(others, []);
  });

  it("leaves nothing behind but what it keeps on purpose", async () => {
    await succeed(engine.destroy());
    assert.deepEqual([...new AccountWatch(engine).left()].sort(), [
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      "aws:sagemaker/model:Model",
    ]);
  });
});
