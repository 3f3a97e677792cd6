import assert from "node:assert/strict";
import { violationsOf } from "./request-violations";

const role = "arn:aws:iam::123456789012:role/main";

async function violationOf(type: string, inputs: Record<string, unknown>): Promise<string> {
  const violations = await violationsOf([{ type, name: "main", inputs }]);
  assert.equal(violations.length, 1, violations.join("\n"));
  return violations[0]!;
}

/** Inputs without a mistake, by type. */
const valid: Readonly<Record<string, Record<string, unknown>>> = {
  "aws:sagemaker/model:Model": {
    executionRoleArn: role,
    primaryContainer: { image: "registry/image:1", modelDataUrl: "s3://models/model.tar.gz" },
  },
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": {
    productionVariants: [
      { variantName: "primary", modelName: "main", instanceType: "ml.m5.large" },
    ],
  },
  "aws:lambda/function:Function": {
    code: { __pulumiArchive: true },
    role,
    handler: "index.handler",
    runtime: "nodejs22.x",
    memorySize: 512,
    reservedConcurrentExecutions: 5,
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    metricName: "Throttles",
    namespace: "AWS/Lambda",
    dimensions: { FunctionName: "classify" },
    period: 60,
    statistic: "Sum",
    threshold: 0,
  },
  "aws:ec2/instance:Instance": {
    ami: "ami-0123456789abcdef0",
    instanceType: "t3.large",
    iamInstanceProfile: "trainer",
    rootBlockDevice: { volumeSize: 100, encrypted: true },
    tags: { Name: "trainer" },
  },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    bucket: "photos",
    key: "model.tar.gz",
    source: { __pulumiAsset: true },
  },
};

/** A type, what is changed, and the message after the resource's name. */
const mistakes: readonly (readonly [string, string, Record<string, unknown>, RegExp])[] = [
  [
    "a value that is not in an enumeration",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [{ variantName: "primary", instanceType: "ml.m5.lage" }] },
    /^Invalid value for parameter ProductionVariants\[0\]\.InstanceType, value: ml\.m5\.lage, must be one of: ml\.t2/,
  ],
  [
    "too long a name",
    "aws:sagemaker/model:Model",
    { name: "m".repeat(64) },
    /^Invalid value for parameter ModelName, .*valid max value or length: 63 \(sagemaker CreateModel\)$/,
  ],
  [
    "a text that does not match its pattern",
    "aws:sagemaker/model:Model",
    { name: "my_model" },
    /^Invalid value for parameter ModelName, value: my_model, valid pattern: \[a-zA-Z0-9\]/,
  ],
  [
    "a letter that is not of ASCII, as Java reads a pattern",
    "aws:lambda/permission:Permission",
    {
      action: "lambda:InvokeFunction",
      function: "klassifiziere-hündin",
      principal: "s3.amazonaws.com",
    },
    / FunctionName, .*valid pattern/,
  ],
  [
    "a missing member",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [{ instanceType: "ml.m5.large" }] },
    /^Missing required parameter in ProductionVariants\[0\]: "VariantName"/,
  ],
  [
    "a misspelt property",
    "aws:sagemaker/model:Model",
    { enableNetworkIsolaton: true },
    /^enableNetworkIsolaton: is not a member of CreateModelInput: .*EnableNetworkIsolation/,
  ],
  [
    "a misspelt property of a structure",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [{ variantName: "primary", wieght: 1 }] },
    /^productionVariants\.wieght: is not a member of ProductionVariant/,
  ],
  [
    "a number out of range",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    {
      productionVariants: [
        { variantName: "primary", serverlessConfig: { memorySizeInMb: 2048, maxConcurrency: 201 } },
      ],
    },
    / ProductionVariants\[0\]\.ServerlessConfig\.MaxConcurrency, .*valid max value or length: 200/,
  ],
  [
    "a value of another type",
    "aws:lambda/function:Function",
    { memorySize: "512" },
    /^Invalid type for parameter MemorySize, value: 512/,
  ],
  [
    "a fraction for a whole number",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { evaluationPeriods: 1.5 },
    /^Invalid type for parameter EvaluationPeriods, value: 1\.5/,
  ],
  [
    "too many elements of a list",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { okActions: ["a", "b", "c", "d", "e", "f"] },
    / OKActions, .*valid max value or length: 5/,
  ],
  [
    "a mistake in the companion of a creation",
    "aws:lambda/function:Function",
    { reservedConcurrentExecutions: -2 },
    / ReservedConcurrentExecutions, .*valid min value: 0 \(lambda PutFunctionConcurrency\)$/,
  ],
  [
    "a mistake behind another name",
    "aws:ec2/instance:Instance",
    { rootBlockDevice: { volumeType: "gp4" } },
    / BlockDeviceMappings\[0\]\.Ebs\.VolumeType, value: gp4, must be one of: standard/,
  ],
  [
    "what AWS says in its documentation only",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { period: 45 },
    / Period, value: 45, not 10, 20, 30 or a multiple of 60 \(cloudwatch PutMetricAlarm\)$/,
  ],
];

describe("violationsOf", () => {
  for (const [type, inputs] of Object.entries(valid)) {
    it(`finds nothing in a valid ${type}`, async () => {
      assert.deepEqual(await violationsOf([{ type, name: "main", inputs }]), []);
    });
  }

  for (const [what, type, change, message] of mistakes) {
    it(`finds ${what}`, async () => {
      const start = `${type} main: `;
      const violation = await violationOf(type, { ...valid[type], ...change });
      assert.ok(violation.startsWith(start), violation);
      assert.match(violation.slice(start.length), message);
    });
  }

  it("refuses a type of resource whose requests are not known, and names it", async () => {
    assert.equal(
      await violationOf("aws:eks/cluster:Cluster", {}),
      "aws:eks/cluster:Cluster main: which requests create it is not known; add it to infra/offline/service-models/mappings",
    );
  });

  it("refuses a property that no request takes", async () => {
    assert.match(
      await violationOf("aws:cloudwatch/logGroup:LogGroup", { name: "/a", skipDestroy: true }),
      /^aws:cloudwatch\/logGroup:LogGroup main: skipDestroy: is not a member of CreateLogGroupRequest/,
    );
  });

  it("lets unknown values pass, and checks what is beside them", async () => {
    const unknown = { __pulumiUnknown: true };
    const inputs = { executionRoleArn: unknown, name: "my_model", tags: { Team: unknown } };
    assert.match(
      await violationOf("aws:sagemaker/model:Model", inputs),
      /^\S+ main: .* ModelName, value: my_model/,
    );
  });

  it("checks the provider's default tags with every resource that has tags", async () => {
    const tags = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`tag${index}`, "x"]));
    const provider = {
      type: "pulumi:providers:aws",
      name: "aws",
      inputs: { defaultTags: JSON.stringify({ tags }) },
    };
    const resources = Object.entries(valid).map(([type, inputs]) => ({
      type,
      name: "main",
      inputs,
    }));
    assert.match(
      (await violationsOf([provider, ...resources])).join("\n"),
      /^aws:s3\/bucketObjectv2:BucketObjectv2 main: .* Tagging, value: tag0=x&\S*, too many: an object has at most 10 tags \(s3 PutObject\)$/,
    );
  });
});
