import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root";
import { buildType } from "./testing/stand-in-registry";
import { succeed, useEngine } from "./testing/use-engine";

describe("stacks in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useEngine();

  const callsSince = () => engine.provider.calls.splice(0);

  describe("with an endpoint, a bucket and roles of somebody else's", () => {
    const role = { existing: "team-role" };

    it("creates what is around them, and none of them", async () => {
      engine.configure({
        data: { existing: "team-dog-photos" },
        endpoints: {
          main: {
            existing: "team-dogs",
            scaling: { maxInstances: 2 },
            function: { role },
          },
        },
        training: { main: { role } },
      });
      await succeed(engine.up());
      const created = callsSince().map(({ type }) => type.split(":").at(-1)!);
      assert.ok(created.includes("Function") && created.includes("Target"), created.join(", "));
      for (const kind of ["Endpoint", "EndpointConfiguration", "Model", "Bucket", "Role"]) {
        assert.ok(!created.includes(kind), kind);
      }
      const { endpointNames, permissionsToGrant } = await engine.outputs();
      assert.deepEqual(endpointNames, { main: "team-dogs" });
      const policies = (permissionsToGrant as Record<string, object>)["team-role"];
      assert.deepEqual(Object.keys(policies!).sort(), [
        "main-invoke",
        "main-logs",
        "training-team-role",
      ]);
    });

    it("leaves them where they are at the end, without the scaling that it put on them", async () => {
      await succeed(engine.destroy());
      const deleted = callsSince().map(({ type }) => type.split(":").at(-1)!);
      assert.ok(deleted.includes("Target"));
      assert.ok(!deleted.includes("Endpoint") && !deleted.includes("EndpointConfiguration"));
      // No update or destroy deletes an image: outside production they go with their repository.
      const { existing, registry } = engine.provider;
      const builds = [...existing.keys()].filter((urn) => urn.includes(buildType));
      assert.deepEqual([...existing.keys()], builds);
      assert.ok(builds.length > 0);
      for (const { tags } of existing.values()) {
        const [, repository = ""] = /\/(.+):/.exec(String(tags)) ?? [];
        assert.match(repository, /^kennel-test\//);
        assert.throws(() => registry.list(repository), /does not exist/);
      }
    });
  });

  describe("with secrets", () => {
    const webhook = "https://events.example.com/integration/0123456789abcdef/enqueue";
    const email = "on-call@example.com";

    it("shows no address in a preview, an output or the state", async () => {
      engine.configure({});
      for (const [path, value] of [
        ["monitoring.emails[0]", email],
        ["monitoring.webhooks[0]", webhook],
        ["monitoring.latencyMilliseconds", "1234"],
        ["budget", JSON.stringify({ monthlyDollars: 100, emails: [email] })],
      ] as const) {
        const { code, output } = await engine.setSecret(path, value);
        assert.equal(code, 0, output);
      }
      const preview = await succeed(engine.preview());
      const update = await succeed(engine.up());
      const outputs = JSON.stringify(await engine.outputs());
      const subscriptions = callsSince().filter(({ type }) => type.endsWith("TopicSubscription"));
      assert.equal(subscriptions.length, 2);
      const everything = [preview, update, outputs, engine.backend()].join("\n");
      // Everything else is there to be read.
      assert.ok(engine.backend().includes("kennel-test-alarms"));
      for (const secret of [email, webhook, "0123456789abcdef"]) {
        assert.ok(!everything.includes(secret), secret);
      }
    });

    it("does not show it either when it is wrong", async () => {
      await engine.setSecret("monitoring.webhooks[0]", "http://events.example.com/secret-key");
      const { code, output } = await engine.up();
      assert.notEqual(code, 0);
      assert.match(output, /kennel:monitoring\.webhooks\[0\] is hidden, because it is a secret/);
      assert.doesNotMatch(output, /secret-key/);
    });

    it("refuses secrets where they would be readable", async () => {
      engine.configure({});
      await engine.setSecret("tags.Team", "dogs");
      const { code, output } = await engine.up();
      assert.notEqual(code, 0);
      assert.match(output, /kennel:tags is set as a secret/);
      engine.configure({});
      await succeed(engine.up());
      await succeed(engine.destroy());
      callsSince();
    });
  });

  describe("with keys that are there and have nothing behind them", () => {
    it("tells an empty object, absence and nothing apart", async () => {
      engine.configure({ notebook: {} });
      assert.match(await succeed(engine.preview()), /NotebookInstance/);
      engine.configure({});
      assert.doesNotMatch(await succeed(engine.preview()), /NotebookInstance/);
      engine.configure({ notebook: null, endpoints: null, data: { ownKey: null } });
      const { code, output } = await engine.preview();
      assert.notEqual(code, 0);
      for (const key of ["notebook", "endpoints", "data.ownKey"]) {
        assert.ok(output.includes(`kennel:${key} is empty (null)`), output);
      }
    });
  });

  describe("of an application", () => {
    it("may call the function that another stack names, and follows it", async () => {
      engine.configure({
        endpoints: { main: { existing: "team-dogs", function: {} } },
      });
      await succeed(engine.up());
      const source = join(projectRoot, "infra", "consumer", "index.ts");
      const application = await engine.beside("dog-app", readFileSync(source, "utf8"));
      application.configure({ kennel: "organization/kennel/test" });
      await succeed(application.up());
      const policy = [...engine.provider.existing]
        .filter(([urn]) => urn.includes("::dog-app::"))
        .map(([, state]) => JSON.stringify(state["policy"]))
        .join();
      assert.match(policy, /lambda:us-east-1:123456789012:function:kennel-test-main:live/);
      await succeed(application.destroy());
      await succeed(engine.destroy());
      callsSince();
    });
  });

  describe("after a refactoring", () => {
    const program = (type: string, name: string, renames: string): string => `
      import * as aws from "@pulumi/aws";
      import * as pulumi from "@pulumi/pulumi";
      import { registerAliases } from "./infra/renames";

      registerAliases(${renames});
      class Store extends pulumi.ComponentResource {
        constructor(name: string) {
          super("${type}", name, {});
          new aws.sns.Topic(name, { name: "photos" }, { parent: this });
        }
      }
      new Store("${name}");
    `;

    it("replaces nothing that is recorded as renamed, and would replace it otherwise", async () => {
      const stack = await engine.beside("renamed", program("kennel:index:Store", "photos", "[]"));
      stack.configure({});
      await succeed(stack.up());
      callsSince();
      stack.write(
        program(
          "kennel:index:Archive",
          "pictures",
          '[{ type: "kennel:index:Archive", formerly: () => ({ type: "kennel:index:Store", name: "photos" }) }]',
        ),
      );
      await succeed(stack.up());
      assert.deepEqual(callsSince(), []);
      stack.write(program("kennel:index:Shelf", "pictures", "[]"));
      await succeed(stack.up());
      assert.deepEqual(
        callsSince().map(({ operation }) => operation),
        ["create", "delete"],
      );
      await succeed(stack.destroy());
    });
  });
});
