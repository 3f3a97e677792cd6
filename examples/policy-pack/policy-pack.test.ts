import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Analyzer, type PolicyConfiguration } from "../../cli/preview/analyzer";
import type { Finding } from "../../cli/preview/finding";
import { createAwsMocks } from "../../infra/offline/aws-mocks";
import { evaluateProgram } from "../../infra/offline/program";
import type { RegisteredResource } from "../../infra/offline/registrations";
import { buildPack } from "../../policies/build";

describe("the example of a project that uses the policy pack", function () {
  this.timeout(60_000);

  let analyzer: Analyzer;
  let resources: readonly RegisteredResource[];
  before(async () => {
    analyzer = await Analyzer.start(buildPack());
    const config = { "aws:region": "us-east-1" };
    const settings = { project: "photos", stack: "dev", config, secretKeys: [] };
    const mocks = createAwsMocks({ accountId: "123456789012", region: "us-east-1" });
    ({ resources } = await evaluateProgram(join(__dirname, "index.ts"), settings, mocks));
  });
  after(() => analyzer.stop());

  const judge = async (configuration: PolicyConfiguration): Promise<readonly Finding[]> => {
    await analyzer.configure(configuration);
    return analyzer.judge(resources);
  };

  it("is quiet with the pack's defaults", async () => {
    assert.ok(resources.length > 5);
    assert.deepEqual(await judge({}), []);
  });

  it("asks for tags where its own configuration says so, in one finding", async () => {
    const file = join(__dirname, "policy-config.json");
    const findings = await judge(JSON.parse(readFileSync(file, "utf8")) as PolicyConfiguration);
    assert.deepEqual(
      findings.map(({ rule, level }) => [rule, level]),
      [["required-tags", "advisory"]],
    );
  });

  it("is told of a setting that does not exist", async () => {
    await assert.rejects(
      judge({ "required-tags": { tagz: ["Team"] } }),
      /the rule required-tags has no setting "tagz"; did you mean tags\?/,
    );
  });
});
