import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { containerNames } from "./docker-context";
import { projectRoot } from "./project-root";
import { encodeConfig } from "./testing/arbitrary-config";
import { allOf, only } from "./testing/find";
import { recordProgram } from "./offline/program";

const model = "models/7/model.tar.gz";

describe("the program", () => {
  it("starts before anything is trained: bucket and images, no endpoint", async () => {
    const recording = await recordProgram({
      config: encodeConfig({ endpoints: { main: { function: {} } } }),
    });
    assert.equal(allOf(recording, "aws:s3/bucket:Bucket").length, 1);
    assert.deepEqual(
      allOf(recording, "awsx:ecr:Image").map(({ name }) => name),
      containerNames(projectRoot),
    );
    for (const type of [
      "aws:sagemaker/endpoint:Endpoint",
      "aws:lambda/function:Function",
      "aws:ec2/instance:Instance",
    ]) {
      assert.equal(allOf(recording, type).length, 0, type);
    }
    assert.deepEqual(recording.result["endpointNames"], {});
  });

  it("exports what other programs rely on", async () => {
    const { result } = await recordProgram({
      stack: "staging",
      config: encodeConfig({
        endpoints: { single: { model, function: {} }, multi: { model } },
        trainer: { instanceType: "t3.large" },
      }),
    });
    const endpoints = result["endpointNames"] as Record<string, string>;
    assert.equal(result["bucketName"], "kennel-staging-data-123456789012-us-east-1");
    assert.deepEqual(Object.keys(endpoints), ["single", "multi"]);
    assert.match(endpoints["multi"] ?? "", /^kennel-staging-multi-[0-9a-f]{6}$/);
    assert.deepEqual(result["functionNames"], { single: "kennel-staging-single" });
    assert.deepEqual(Object.keys(result["functionUrls"] as object), ["single"]);
    assert.deepEqual(Object.keys(result["imageUris"] as object), containerNames(projectRoot));
    assert.match(String(result["trainerAddress"]), /^aws ec2 describe-instances /);
  });

  it("watches and limits what it is told to", async () => {
    const emails = ["team@example.com"];
    const recording = await recordProgram({
      config: encodeConfig({
        endpoints: { main: { model, function: {} } },
        notebook: { instanceType: "ml.t3.medium" },
        monitoring: { emails },
        budget: { monthlyDollars: 100, emails },
      }),
    });
    const { inputs } = only(recording, "aws:budgets/budget:Budget");
    assert.deepEqual(inputs["costFilters"], [
      { name: "TagKeyValue", values: ["user:Stack$kennel/dev"] },
    ]);
    assert.ok(allOf(recording, "aws:cloudwatch/metricAlarm:MetricAlarm").length >= 5);
    assert.match(String(recording.result["dashboardUrl"]), /dashboard\/kennel-dev$/);
    assert.match(String(recording.result["notebookUrl"]), /^https:\/\/kennel-dev\.notebook/);
  });

  it("gives every resource its own URN, whatever its endpoint is called", async () => {
    const steps = {
      metric: "cpu",
      scaleOut: [{ from: 50, add: 1 }],
      scaleIn: [{ upTo: 10, remove: 1 }],
    };
    const schedule = [{ when: "rate(1 day)", minInstances: 0, maxInstances: 2 }];
    const lambda = { provisionedConcurrency: 1, scaling: { maxConcurrency: 5 }, deadLetters: {} };
    const { resources } = await recordProgram({
      config: encodeConfig({
        monitoring: {},
        endpoints: {
          a: {
            model,
            shadow: { instanceType: "ml.m5.large" },
            scaling: { maxInstances: 2, steps },
          },
          b: { model, serving: { mode: "async" }, scaling: { maxInstances: 2, schedule } },
          c: { model, scaling: { maxInstances: 2 }, function: lambda },
          d: { model, function: { access: { type: "api" } } },
        },
      }),
    });
    const suffixes = new Map<string, Set<string>>();
    for (const { urn, name } of resources) {
      const [, suffix] = /^[a-d](-.*)?$/.exec(name) ?? [];
      const types = urn.split("::")[2]!;
      suffixes.set(types, (suffixes.get(types) ?? new Set()).add(suffix ?? ""));
    }
    for (const [types, found] of suffixes) {
      for (const one of found) {
        const same = [...found].find((each) => each !== one && one.endsWith(each));
        assert.equal(same, undefined, `${types}: a${one} is a resource of two endpoints`);
      }
    }
  });

  it("tags everything through one provider", async () => {
    const recording = await recordProgram({
      config: encodeConfig({ environment: "staging", tags: { Team: "dogs" } }),
    });
    const provider = only(recording, "pulumi:providers:aws");
    assert.equal(provider.inputs["region"], "us-east-1");
    assert.deepEqual(JSON.parse(String(provider.inputs["defaultTags"])), {
      tags: {
        Project: "kennel",
        Stack: "kennel/dev",
        Environment: "staging",
        ManagedBy: "pulumi",
        Team: "dogs",
      },
    });
    const custom = recording.resources.filter(({ type }) => type.startsWith("aws:"));
    assert.ok(custom.length > 0);
    for (const { urn, provider: used } of custom) {
      assert.ok(used.startsWith(provider.urn), urn);
    }
  });

  it("passes the other provider settings on", async () => {
    const config = {
      ...encodeConfig({}),
      "aws:profile": "team",
      "aws:allowedAccountIds": '["123456789012"]',
    };
    const { inputs } = only(await recordProgram({ config }), "pulumi:providers:aws");
    assert.equal(inputs["profile"], "team");
    assert.deepEqual(JSON.parse(String(inputs["allowedAccountIds"])), ["123456789012"]);
  });

  it("protects data in production and nothing elsewhere", async () => {
    for (const [environment, keep] of [
      ["prod", true],
      ["staging", false],
      ["dev", false],
    ] as const) {
      const recording = await recordProgram({ config: encodeConfig({ environment }) });
      const bucket = only(recording, "aws:s3/bucket:Bucket");
      assert.equal(bucket.options.protect, keep, environment);
      for (const { inputs } of allOf(recording, "aws:ecr/repository:Repository")) {
        assert.equal(inputs["forceDelete"], !keep, environment);
      }
    }
  });

  it("puts every resource below a component", async () => {
    const recording = await recordProgram({
      config: encodeConfig({
        endpoints: { main: { model, function: {}, scaling: { maxInstances: 2 } } },
        trainer: { instanceType: "t3.large", allowedCidrs: ["198.51.100.7/32"] },
      }),
    });
    const top = recording.resources.filter(({ parent }) => parent.endsWith("kennel-dev"));
    assert.deepEqual(top.map(({ type, name }) => `${type} ${name}`).sort(), [
      "kennel:index:Classifier main",
      "kennel:index:DataBucket data",
      "kennel:index:Images images",
      "kennel:index:Trainer trainer",
      "pulumi:providers:aws aws",
    ]);
  });

  it("knows every policy document in a preview", async () => {
    const recording = await recordProgram({
      stage: "preview",
      config: encodeConfig({
        endpoints: { main: { model, function: {} } },
        trainer: { instanceType: "t3.large" },
      }),
    });
    const documents = recording.resources.flatMap(({ urn, inputs }) =>
      [inputs["policy"], inputs["assumeRolePolicy"]]
        .filter((document) => document !== undefined)
        .map((document) => ({ urn, document })),
    );
    assert.ok(documents.length >= 9, String(documents.length));
    for (const { urn, document } of documents) {
      assert.doesNotMatch(JSON.stringify(document), /__pulumiUnknown/, urn);
    }
  });

  it("refuses a wrong configuration in one message", async () => {
    const config = encodeConfig({ endpionts: { main: {} } });
    await assert.rejects(recordProgram({ config }), /Did you mean kennel:endpoints\?/);
  });

  it("is a composition that fits on one page", () => {
    const source = fs.readFileSync(path.join(projectRoot, "infra", "index.ts"), "utf8");
    assert.ok(source.split("\n").length <= 81, "at most 80 lines");
  });
});
