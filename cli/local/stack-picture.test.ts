import assert from "node:assert/strict";

import type { Preview } from "../preview/preview";
import { pictureOf } from "./stack-picture";

/** Rows of [type, name, the parent's type]; a name is a URN here. */
function previewOf(
  rows: readonly (readonly [type: string, urn: string, parent: string, inputs?: object])[],
  findings: Preview["findings"] = [],
): Preview {
  const resources = rows.map(([type, urn, parent, inputs = {}]) => ({
    urn,
    type,
    name: urn.split("/").at(-1)!,
    parent,
    inputs,
  })) as unknown as Preview["resources"];
  return {
    project: "kennel",
    stack: "dev",
    policyConfiguration: undefined,
    region: "us-east-1",
    policyPack: "kennel",
    rules: ["one", "two"],
    resources,
    findings,
    outputs: {},
    verdict: findings.length > 0 ? "fail" : "pass",
  };
}

const CLASSIFIER = [
  ["pulumi:pulumi:Stack", "stack", ""],
  ["pulumi:providers:aws", "aws", "stack"],
  ["kennel:index:Classifier", "main", "stack"],
  ["aws:s3/bucketObjectv2:BucketObjectv2", "main/archive", "main"],
  ["kennel:index:Endpoint", "main/endpoint", "main"],
  [
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    "main/configuration",
    "main/endpoint",
    { productionVariants: [{ instanceType: "ml.c5.large" }] },
  ],
  ["kennel:index:EndpointScaling", "main/scaling", "main"],
  [
    "aws:appautoscaling/target:Target",
    "main/target",
    "main/scaling",
    { minCapacity: 1, maxCapacity: 4, serviceNamespace: "sagemaker" },
  ],
  ["kennel:index:ClassifyFunction", "main/function", "main"],
  ["aws:lambda/function:Function", "main/lambda", "main/function", { memorySize: 512 }],
  ["aws:lambda/alias:Alias", "main/live", "main/lambda"],
  ["kennel:index:FunctionConcurrency", "main/concurrency", "main/live"],
  ["aws:appautoscaling/target:Target", "main/warm", "main/concurrency", { minCapacity: 2 }],
] as const;

describe("the picture of a stack", () => {
  it("draws the way of a photo, with scaling at the endpoint and concurrency at the function", () => {
    const { paths, beside } = pictureOf(previewOf(CLASSIFIER));
    const [way] = paths;
    assert.deepEqual(
      way!.boxes.map(({ title, facts, resources }) => [title, facts, resources.length]),
      [
        ["Function", ["512 MB"], 3],
        ["Endpoint", ["ml.c5.large", "1 to 4 instances"], 2],
      ],
    );
    assert.deepEqual(
      beside.map(({ title, resources }) => [title, resources]),
      [["Model", [{ urn: "main/archive", type: "s3 BucketObjectv2", name: "archive" }]]],
    );
  });

  it("draws a component that it doesn't know under its own name", () => {
    const { beside } = pictureOf(
      previewOf([
        ["pulumi:pulumi:Stack", "stack", ""],
        ["kennel:index:Novelty", "new", "stack"],
        ["aws:sqs/queue:Queue", "new/queue", "new"],
      ]),
    );
    assert.deepEqual(
      beside.map(({ title, name, resources }) => [title, name, resources.length]),
      [["Novelty", "new", 1]],
    );
  });

  it("shows findings where they are, and the stack's own beside it", () => {
    const finding = { level: "mandatory", rule: "r", message: "m" } as const;
    const picture = pictureOf(
      previewOf(CLASSIFIER, [
        { ...finding, resource: "main/target" },
        { ...finding, resource: "" },
        { ...finding, resource: "provider that nobody draws" },
      ]),
    );
    assert.equal(picture.paths[0]!.boxes[1]!.findings.length, 1);
    assert.equal(picture.beside.at(-1)!.findings.length, 2);
    assert.match(picture.summary, /^2 rules checked 13 resources: 3 violations, 0 advisory$/);
  });

  it("keeps every resource but components, the stack and its providers", () => {
    const { paths, beside } = pictureOf(previewOf(CLASSIFIER));
    const drawn = [...paths.flatMap(({ boxes }) => boxes), ...beside].flatMap(
      ({ resources }) => resources,
    );
    assert.equal(drawn.length, CLASSIFIER.filter(([type]) => type.startsWith("aws:")).length);
  });
});
