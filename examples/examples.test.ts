import assert from "node:assert/strict";
import path from "node:path";

import { Analyzer } from "../cli/preview/analyzer";
import { offlineMocks } from "../cli/preview/evaluate-stack";
import { breaksTheBuild, type Finding } from "../cli/preview/finding";
import { choosePolicyConfiguration } from "../cli/preview/policy-configuration";
import { inProject, programOf } from "../cli/preview/project";
import { readStack } from "../cli/preview/stack-file";
import { POLICY_PACK } from "../cli/repository";
import { evaluateProgram } from "../infra/offline/program";
import type { RegisteredResource } from "../infra/offline/registrations";
import { buildComponents } from "./mocks";

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

/** Advice that the examples leave to their reader: a key costs 1 USD a month. */
const leftToReader = ["endpoint-kms-key"];

describe("the examples", function () {
  this.timeout(120_000);

  let analyzer: Analyzer;
  before(async () => {
    buildComponents();
    analyzer = await Analyzer.start(POLICY_PACK);
  });
  after(() => analyzer.stop());

  /** What `kennel preview` looks at and says. */
  const preview = async (
    name: string,
  ): Promise<{ resources: readonly RegisteredResource[]; findings: readonly Finding[] }> => {
    const project = path.join(__dirname, name);
    const settings = readStack(project, "dev");
    await analyzer.configure(choosePolicyConfiguration(POLICY_PACK, settings).configuration);
    const { resources } = await inProject(project, () =>
      evaluateProgram(programOf(project), settings, offlineMocks(settings)),
    );
    return { resources, findings: await analyzer.judge(resources, settings.config) };
  };

  for (const [name, counts] of Object.entries(shown)) {
    it(`${name} passes the policy pack`, async () => {
      const { resources, findings } = await preview(name);
      assert.deepEqual(findings.filter(breaksTheBuild), []);
      assert.deepEqual(
        findings.filter(({ rule }) => !leftToReader.includes(rule)),
        [],
      );
      for (const [type, count] of Object.entries(counts)) {
        assert.equal(resources.filter((each) => each.type === type).length, count, type);
      }
    });
  }
});
