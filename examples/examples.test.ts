import assert from "node:assert/strict";

import { previewExample } from "./preview-example";

/** What each example is there to show: types of resources, and how many of each it has. */
const shown = {
  minimal: { "aws:sagemaker/endpoint:Endpoint": 1, "aws:s3/bucket:Bucket": 1 },
  canary: { "aws:lambda/function:Function": 1, "aws:sns/topic:Topic": 1 },
  "github-deployer": {
    "aws:iam/role:Role": 1,
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": 1,
  },
  async: { "aws:appautoscaling/target:Target": 1 },
  "several-models": {
    "aws:sagemaker/endpoint:Endpoint": 2,
    "aws:s3/bucket:Bucket": 1,
    "aws:ecr/repository:Repository": 1,
  },
};

/** Advice that the examples leave to their reader: a key costs 1 USD a month, tags are a team's own. */
const leftToReader = ["endpoint-kms-key", "required-tags"];

describe("the examples", function () {
  this.timeout(120_000);

  for (const [name, counts] of Object.entries(shown)) {
    it(`${name} passes the policy pack`, async () => {
      const { resources, findings, verdict } = await previewExample(name);
      const rules = findings.map(({ rule }) => rule).filter((rule) => !leftToReader.includes(rule));
      assert.deepEqual([rules, verdict], [[], "pass"]);
      for (const [type, count] of Object.entries(counts)) {
        assert.equal(resources.filter((each) => each.type === type).length, count, type);
      }
    });
  }
});
