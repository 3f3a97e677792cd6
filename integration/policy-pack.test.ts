import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { Analyzer } from "../cli/preview/analyzer";
import { evaluateProgram } from "../infra/offline/program";
import { readStackFile as readStackFileOf, stackNames } from "../cli/preview/stack-file";
import { projectRoot } from "../infra/project-root";
import { encodeConfig, validConfig, type RawConfig } from "../infra/testing/arbitrary-config";
import { createAwsMocks } from "../infra/offline/aws-mocks";

/** Every stack file of the repository, from its root. */
function shippedStackFiles(): string[] {
  return ["", "systems"].flatMap((folder) =>
    stackNames(path.join(projectRoot, folder)).map((stack) =>
      path.join(folder, `Pulumi.${stack}.yaml`),
    ),
  );
}

describe("the program under its own policy pack", function () {
  this.timeout(180_000);

  let analyzer: Analyzer;
  before(async () => {
    analyzer = await Analyzer.start(path.join(projectRoot, "policies"));
  });
  after(async () => {
    await analyzer.stop();
  });

  /** The settings of a stack file below the project's namespace. */
  function readStackFile(stack: string): RawConfig {
    const text = fs.readFileSync(path.join(projectRoot, `Pulumi.${stack}.yaml`), "utf8");
    const { config } = parse(text) as { config: RawConfig };
    const own = Object.entries(config).filter(([key]) => key.startsWith("kennel:"));
    return Object.fromEntries(own.map(([key, value]) => [key.slice("kennel:".length), value]));
  }

  /** What the pack says of the stack of a configuration, as strict as it is in that configuration's environment. */
  async function findings(raw: RawConfig, environment = String(raw["environment"] ?? "dev")) {
    const file = path.join(projectRoot, "policies", "config", `${environment}.json`);
    await analyzer.configure(JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>);
    const settings = {
      project: "kennel",
      stack: "generated",
      config: encodeConfig(raw),
      secretKeys: [],
    };
    const program = path.join(projectRoot, "infra", "index.ts");
    const { resources } = await evaluateProgram(program, settings, createAwsMocks());
    return analyzer.judge(resources);
  }

  /** What keeps the stack of a configuration from being deployed. */
  async function violations(raw: RawConfig): Promise<string[]> {
    return (await findings(raw))
      .filter(({ level }) => level !== "advisory")
      .map((found) => JSON.stringify(found));
  }

  it("is accepted for every valid configuration", async () => {
    await fc.assert(
      fc.asyncProperty(validConfig, async (raw) => {
        assert.deepEqual(await violations(raw), []);
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  for (const stack of ["dev", "staging", "prod"]) {
    it(`is accepted as Pulumi.${stack}.yaml configures it`, async () => {
      const raw = readStackFile(stack);
      assert.equal(raw["environment"], stack);
      assert.deepEqual(await violations(raw), []);
    });
  }

  for (const file of shippedStackFiles()) {
    it(`is accepted as ${file} configures it, by the pack as it is without any configuration`, async () => {
      const settings = readStackFileOf(projectRoot, path.join(projectRoot, file));
      await analyzer.configure({});
      const program = path.join(projectRoot, "infra", "index.ts");
      const { resources } = await evaluateProgram(program, settings, createAwsMocks());
      const found = await analyzer.judge(resources);
      assert.deepEqual(
        found.filter(({ level }) => level !== "advisory"),
        [],
      );
    });
  }

  it("gives no finding at all, not even advice, in production with a model", async () => {
    const raw = readStackFile("prod");
    const { main } = raw["endpoints"] as Record<string, object>;
    const model = "models/7/model.tar.gz";
    const found = await findings({ ...raw, endpoints: { main: { ...main, model } } });
    assert.deepEqual(found, []);
  });

  it("gives advice in dev only where the pack lists an exemption", async () => {
    const raw = { ...readStackFile("dev"), notebook: { instanceType: "ml.t3.medium" } };
    const exempt = JSON.parse(
      fs.readFileSync(path.join(projectRoot, "policies", "config", "dev.json"), "utf8"),
    ) as Record<string, { readonly enforcementLevel: string }>;
    const found = await findings(raw);
    // Naming the tags to ask for exempts nothing.
    const { "required-tags": tags, ...advised } = exempt;
    assert.ok(tags);
    assert.deepEqual([...new Set(found.map(({ rule }) => rule))], Object.keys(advised));
    assert.equal(exempt["notebook-no-direct-internet"]?.enforcementLevel, "advisory");
  });

  it("is accepted with everything switched on", async () => {
    const emails = ["team@example.com"];
    const model = "models/7/model.tar.gz";
    assert.deepEqual(
      await violations({
        environment: "staging",
        endpoints: {
          steady: {
            model,
            serving: { mode: "realtime", instanceCount: 2 },
            scaling: { minInstances: 2, maxInstances: 4 },
            rollout: { strategy: "canary" },
            capture: {},
            function: {
              reservedConcurrency: 5,
              provisionedConcurrency: 2,
              scaling: { maxConcurrency: 5 },
              deadLetters: {},
              access: { type: "api" },
              tracing: true,
            },
          },
          batch: {
            model,
            serving: { mode: "async" },
            scaling: {
              minInstances: 0,
              maxInstances: 2,
              steps: {
                metric: "backlog",
                scaleOut: [{ from: 5, add: 1 }],
                scaleIn: [{ upTo: 0, remove: 1 }],
              },
            },
          },
          trial: {
            model,
            serving: {
              mode: "realtime",
              network: {
                subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                securityGroupIds: ["sg-0123456789abcdef0"],
              },
            },
            shadow: { model: "models/8/model.tar.gz" },
          },
          rare: { model, serving: { mode: "serverless" }, function: {} },
        },
        training: { main: { tuning: {} } },
        trainer: { instanceType: "g4dn.xlarge", allowedCidrs: ["198.51.100.7/32"], spot: true },
        notebook: {
          instanceType: "ml.t3.medium",
          network: { type: "vpc", subnetId: "subnet-0123456789abcdef0" },
        },
        monitoring: { emails },
        budget: { monthlyDollars: 100, emails },
      }),
      [],
    );
  });
});
