import assert from "node:assert/strict";
import path from "node:path";

import { POLICY_PACK, PROGRAM, REPOSITORY } from "../repository";
import { previewStack } from "./preview";
import { renderPreview } from "./report";
import { readStack } from "./stack-file";

describe("the offline preview", function () {
  this.timeout(60_000);

  const preview = (program: string, stack = "dev") =>
    previewStack({
      program,
      settings: readStack(REPOSITORY, stack),
      packDirectory: POLICY_PACK,
    });

  it("finds nothing against the dev stack, and judges every resource of it", async () => {
    const dev = await preview(PROGRAM);
    assert.deepEqual(dev.findings, []);
    assert.equal(dev.verdict, "pass");
    const types = dev.resources.map((resource) => resource.type);
    for (const type of [
      "aws:s3/bucket:Bucket",
      "awsx:ecr:Image",
      "aws:sagemaker/endpoint:Endpoint",
      "aws:lambda/alias:Alias",
    ]) {
      assert.ok(types.includes(type), `${type} is missing`);
    }
    assert.equal(dev.outputs["bucketName"], "kennel-dev-data-123456789012-us-east-1");
  });

  it("finds nothing against the prod stack, whose first update has no model yet", async () => {
    const prod = await preview(PROGRAM, "prod");
    assert.equal(prod.verdict, "pass");
    assert.ok(prod.resources.every((resource) => !resource.type.includes("sagemaker/endpoint")));
  });

  it("stops a stack that was broken: full access and an unscoped invoke", async () => {
    const broken = await preview(path.join(__dirname, "fixtures", "broken-stack.ts"));
    assert.equal(broken.verdict, "fail");
    const violations = broken.findings.filter((finding) => finding.level === "mandatory");
    const found = violations.map(
      ({ rule, resource }) => `${rule} ${resource.split("::").slice(2).join("::")}`,
    );
    assert.ok(
      found.includes("no-full-access aws:iam/rolePolicyAttachment:RolePolicyAttachment::hurried"),
      found.join("\n"),
    );
    assert.ok(
      found.includes("invoke-endpoint-scope aws:iam/rolePolicy:RolePolicy::hurried"),
      found.join("\n"),
    );
    assert.match(renderPreview(broken), /FAIL/);
    const unscoped = violations.find(({ rule }) => rule === "invoke-endpoint-scope")!;
    assert.match(
      unscoped.message,
      /"Resource": "arn:aws:sagemaker:us-east-1:\w+:endpoint\/kennel-dev-main-\w+"/,
      "the stack's own endpoint stands in what to write instead",
    );
  });

  it("judges a program that passes and exports resources in the place of ids", async () => {
    const program = path.join(__dirname, "fixtures", "passed-resources.ts");
    const { findings, resources } = await preview(program);
    const attached = findings.find(({ rule }) => rule === "no-full-access");
    assert.match(attached?.resource ?? "", /RolePolicyAttachment::passed$/);
    const logs = resources.find(({ type }) => type === "test:index:Logs");
    assert.match(String(logs?.inputs["bucket"]), /^passed-\w+$/);
  });

  it("names a rule that the pack does not have", async () => {
    await assert.rejects(
      previewStack({
        program: PROGRAM,
        settings: readStack(REPOSITORY, "dev"),
        packDirectory: POLICY_PACK,
        policies: { configuration: { "no-ful-access": "advisory" } },
      }),
      /no rule "no-ful-access".*no-full-access/s,
    );
  });

  it("can turn a rule down by configuration, as the engine can", async () => {
    const advisory = await previewStack({
      program: path.join(__dirname, "fixtures", "broken-stack.ts"),
      settings: readStack(REPOSITORY, "dev"),
      packDirectory: POLICY_PACK,
      policies: {
        configuration: {
          all: "advisory",
          "no-full-access": "advisory",
          "invoke-endpoint-scope": "disabled",
        },
      },
    });
    const levels = new Set(
      advisory.findings.filter(({ rule }) => rule === "no-full-access").map(({ level }) => level),
    );
    assert.deepEqual([...levels], ["advisory"]);
    assert.ok(advisory.findings.every(({ rule }) => rule !== "invoke-endpoint-scope"));
  });
});
