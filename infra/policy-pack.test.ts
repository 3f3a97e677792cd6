import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { Analyzer } from "../cli/preview/analyzer";
import { evaluateProgram } from "../cli/preview/evaluate-program";
import { projectRoot } from "./project-root";
import { encodeConfig, validConfig, type RawConfig } from "./testing/arbitrary-config";
import { parseConfig } from "./config";
import { createAwsMocks } from "./testing/aws-mocks";

/**
 * The schema knows no environment: that production starts with two instances is the pack's to demand
 * (`endpoint-single-instance`), and Pulumi.prod.yaml's to satisfy.
 */
function isEnoughForProduction(raw: RawConfig): boolean {
  const { environment, endpoints } = parseConfig(encodeConfig(raw), "kennel");
  const first = Object.values(endpoints).flatMap(({ model, serving }) =>
    model === undefined || serving.mode === "serverless" ? [] : [serving.instanceCount],
  );
  return environment !== "prod" || first.every((instances) => instances >= 2);
}

describe("the program under its own policy pack", function () {
  this.timeout(180_000);

  let analyzer: Analyzer;
  before(async () => {
    analyzer = await Analyzer.start(path.join(projectRoot, "policies"));
    // Whether a notebook may have its own way to the internet is a choice of the configuration; which environments allow
    // it is a choice of the pack's.
    await analyzer.configure({ "notebook-no-direct-internet": "advisory" });
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

  /** What keeps the stack of a configuration from being deployed. */
  async function violations(raw: RawConfig): Promise<string[]> {
    const settings = {
      project: "kennel",
      stack: "generated",
      config: encodeConfig(raw),
      secretKeys: [],
    };
    const program = path.join(projectRoot, "infra", "index.ts");
    const { resources } = await evaluateProgram(program, settings, createAwsMocks());
    const findings = await analyzer.judge(resources);
    return findings
      .filter(({ level }) => level !== "advisory")
      .map((found) => JSON.stringify(found));
  }

  it("is accepted for every valid configuration", async () => {
    await fc.assert(
      fc.asyncProperty(validConfig.filter(isEnoughForProduction), async (raw) => {
        assert.deepEqual(await violations(raw), []);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });

  for (const stack of ["dev", "staging", "prod"]) {
    it(`is accepted as Pulumi.${stack}.yaml configures it`, async () => {
      const raw = readStackFile(stack);
      assert.equal(raw["environment"], stack);
      assert.deepEqual(await violations(raw), []);
    });
  }

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
            function: { reservedConcurrency: 5, provisionedConcurrency: 2, tracing: true },
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
        notebook: { instanceType: "ml.t3.medium" },
        monitoring: { emails },
        budget: { monthlyDollars: 100, emails },
      }),
      [],
    );
  });
});
