import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { AccountWatch } from "./testing/account-watch";
import { shippedSettings } from "./testing/engine";
import { callsSince, fail, model, retrain, succeed, useEngine } from "./testing/use-engine";

type Settings = Record<string, unknown>;

/** The settings with `more` for each endpoint, beside what it has. */
function withEndpoints(settings: Settings, more: Settings): Settings {
  const endpoints = Object.entries(settings["endpoints"] as Record<string, Settings>);
  return {
    ...settings,
    endpoints: Object.fromEntries(endpoints.map(([name, own]) => [name, { ...own, ...more }])),
  };
}

/** What `keptOnDestroy` calls what may stay, by type. */
const kept: readonly (readonly [type: RegExp, sentence: RegExp])[] = [
  [/^aws:s3\/bucket/, /^Bucket /],
  [/^aws:kms\//, /^KMS key /],
  [/^(aws:ecr\/|docker-build:)/, /^Image repositories /],
  [/^aws:sagemaker\/(model|endpointConfiguration):/, /^SageMaker models and endpoint conf/],
];

describe("the life of each shipped stack in Pulumi's engine", function () {
  this.timeout(300_000);

  for (const [stack, file] of [
    ...["dev", "staging", "prod"].map((name) => [name, `Pulumi.${name}.yaml`] as const),
    ...["000", "001", "002", "003", "004"].map(
      (name) => [name, `systems/Pulumi.${name}.yaml`] as const,
    ),
  ]) {
    describe(stack, () => {
      const engine = useEngine(stack);
      const watch = new AccountWatch(engine);
      const up = (): Promise<string[]> => watch.update(() => engine.up());
      let settings = shippedSettings(file);

      it("comes up by the README's command, with the policy pack as it is", async () => {
        engine.configure(settings);
        await watch.update(() => engine.up("--policy-pack", "policies"));
        if (stack === "prod") {
          assert.equal(engine.provider.sageMaker.endpoints.size, 0);
          settings = withEndpoints(settings, { model });
          engine.configure(settings);
          await watch.update(() => engine.up("--policy-pack", "policies"));
        }
        engine.provider.sageMaker.load = 3;
        engine.provider.sageMaker.advance(3600);
      });

      it("gets new code under load", async () => {
        const source = "containers/inference/source/serve.ts";
        appendFileSync(join(engine.sources, source), "// Changed.\n");
        assert.deepEqual(await up(), ["inference"]);
      });

      it("gets a new model under load", async () => {
        retrain(engine);
        assert.deepEqual(await up(), []);
      });

      it("gets other instances under load", async () => {
        const serving = { mode: "realtime", instanceType: "ml.m5.xlarge" };
        engine.configure((settings = withEndpoints(settings, { serving })));
        assert.deepEqual(await up(), []);
      });

      it("gets another configuration under load", async () => {
        settings = withEndpoints(settings, { capture: { percentage: 50 } });
        engine.configure({ ...settings, monitoring: { emails: ["team@example.com"] } });
        assert.deepEqual(await up(), []);
      });

      it("goes, and leaves nothing but what it has said", async () => {
        const { sageMaker } = engine.provider;
        const { keptOnDestroy } = await engine.outputs();
        if (stack === "prod") {
          callsSince(engine);
          await fail(engine.destroy());
          assert.deepEqual(callsSince(engine), []);
          await succeed(engine.unprotect());
        }
        await succeed(engine.destroy());
        for (const type of watch.left()) {
          const [, named] = kept.find(([types]) => types.test(type)) ?? [];
          const said = (keptOnDestroy as string[]).some((sentence) => named?.test(sentence));
          assert.ok(said, `${type} is left behind`);
        }
        assert.deepEqual(
          [sageMaker.endpoints, sageMaker.alarms, sageMaker.bounds].map(({ size }) => size),
          [0, 0, 0],
        );
      });

      if (stack === "prod") {
        it("comes back on what was kept, as docs/teardown.md tells", async () => {
          const [bucket, key] = ["bucket:Bucket", "key:Key"].map((type) =>
            [...engine.provider.existing].find(([urn]) => urn.includes(type))!,
          );
          const data = { existing: bucket![1]["bucket"], kmsKeyArn: key![1]["arn"] };
          engine.configure({ ...settings, data });
          assert.match(await fail(engine.up()), /RepositoryAlreadyExistsException/);
          for (const name of ["inference", "training"]) {
            const repository = [
              "aws:ecr/repository:Repository",
              name,
              `kennel-prod/${name}`,
            ] as const;
            await succeed(engine.import(repository, ["kennel:index:Image", name]));
          }
          callsSince(engine);
          assert.deepEqual(await up(), []);
          const made = callsSince(engine).filter((call) => / Repository$/.test(call));
          assert.ok(!made.some((call) => /^(create|delete)/.test(call)), made.join(", "));
        });
      }
    });
  }
});
