import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { PolicyConfiguration } from "../../cli/preview/analyzer";
import { type Preview, previewStack } from "../../cli/preview/preview";
import { createAwsMocks } from "../../infra/offline/aws-mocks";
import { buildPack } from "../../policies/build";

describe("the example of a project that uses the policy pack", function () {
  this.timeout(60_000);

  const preview = (policyConfiguration: PolicyConfiguration): Promise<Preview> =>
    previewStack({
      program: join(__dirname, "index.ts"),
      settings: {
        project: "photos",
        stack: "dev",
        config: { "aws:region": "us-east-1" },
        secretKeys: [],
      },
      mocks: createAwsMocks({ accountId: "123456789012", region: "us-east-1" }),
      packDirectory: buildPack(),
      policyConfiguration,
    });

  it("is quiet with the pack's defaults", async () => {
    const { findings, verdict } = await preview({});
    assert.deepEqual([findings, verdict], [[], "pass"]);
  });

  it("asks for tags where its own configuration says so, in one finding", async () => {
    const file = join(__dirname, "policy-config.json");
    const { findings } = await preview(
      JSON.parse(readFileSync(file, "utf8")) as PolicyConfiguration,
    );
    assert.deepEqual(
      findings.map(({ rule, level }) => [rule, level]),
      [["required-tags", "advisory"]],
    );
  });

  it("is told of a setting that does not exist", async () => {
    await assert.rejects(
      preview({ "required-tags": { tagz: ["Team"] } }),
      /the rule required-tags has no setting "tagz"; did you mean tags\?/,
    );
  });
});
