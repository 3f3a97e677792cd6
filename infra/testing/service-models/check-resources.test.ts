import assert from "node:assert/strict";
import { violationsOf } from "./check-resources";

const role = "arn:aws:iam::123456789012:role/main";

function violationOf(type: string, inputs: Record<string, unknown>): string {
  const violations = violationsOf([{ type, name: "main", inputs }]);
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

/** A type, what is changed, and the whole message after the resource's name. */
const mistakes: readonly (readonly [string, string, Record<string, unknown>, string])[] = [
  [
    "a value that is not in an enumeration",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [{ variantName: "primary", instanceType: "ml.m5.lage" }] },
    'productionVariants[0].instanceType "ml.m5.lage" is no value of ProductionVariantInstanceType; did you mean ml.m5.large? (sagemaker CreateEndpointConfig)',
  ],
  [
    "too long a name",
    "aws:sagemaker/model:Model",
    { name: "m".repeat(64) },
    `name "${"m".repeat(64)}" has 64 characters: 0 to 63 are allowed (sagemaker CreateModel)`,
  ],
  [
    "a text that does not match its pattern",
    "aws:sagemaker/model:Model",
    { name: "my_model" },
    'name "my_model" does not match ModelName\'s pattern [a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])? (sagemaker CreateModel)',
  ],
  [
    "a missing member",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [{ instanceType: "ml.m5.large" }] },
    "productionVariants[0].VariantName is missing, and ProductionVariant requires it (sagemaker CreateEndpointConfig)",
  ],
  [
    "a misspelt property",
    "aws:sagemaker/model:Model",
    { enableNetworkIsolaton: true },
    "enableNetworkIsolaton true cannot be mapped to a member of CreateModelInput; did you mean EnableNetworkIsolation? (sagemaker CreateModel)",
  ],
  [
    "a misspelt property of a structure",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    { productionVariants: [{ variantName: "primary", wieght: 1 }] },
    "productionVariants[0].wieght 1 cannot be mapped to a member of ProductionVariant (sagemaker CreateEndpointConfig)",
  ],
  [
    "a number out of range",
    "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    {
      productionVariants: [
        { variantName: "primary", serverlessConfig: { memorySizeInMb: 2048, maxConcurrency: 201 } },
      ],
    },
    "productionVariants[0].serverlessConfig.maxConcurrency 201 is out of range: 1 to 200 is allowed (sagemaker CreateEndpointConfig)",
  ],
  [
    "a value of another type",
    "aws:lambda/function:Function",
    { memorySize: "512" },
    'memorySize "512" is a text; a number is required (lambda CreateFunction)',
  ],
  [
    "a fraction for a whole number",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { evaluationPeriods: 1.5 },
    "evaluationPeriods 1.5 is a number; a whole number is required (cloudwatch PutMetricAlarm)",
  ],
  [
    "too many elements of a list",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { okActions: ["a", "b", "c", "d", "e", "f"] },
    'okActions ["a","b","c","d","e","f"] has 6 elements: at most 5 are allowed (cloudwatch PutMetricAlarm)',
  ],
  [
    "a mistake in the companion of a creation",
    "aws:lambda/function:Function",
    { reservedConcurrentExecutions: -2 },
    "reservedConcurrentExecutions -2 is out of range: at least 0 is allowed (lambda PutFunctionConcurrency)",
  ],
  [
    "a mistake behind another name",
    "aws:ec2/instance:Instance",
    { rootBlockDevice: { volumeType: "gp4" } },
    'rootBlockDevice[0].ebs.volumeType "gp4" is not one of standard, io1, io2, gp2, sc1, st1, gp3 (ec2 RunInstances)',
  ],
  [
    "what AWS says in its documentation only",
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    { period: 45 },
    "period 45 is not 10, 20, 30 or a multiple of 60 seconds (cloudwatch PutMetricAlarm)",
  ],
];

describe("violationsOf", () => {
  for (const [type, inputs] of Object.entries(valid)) {
    it(`finds nothing in a valid ${type}`, () => {
      assert.deepEqual(violationsOf([{ type, name: "main", inputs }]), []);
    });
  }

  for (const [what, type, change, message] of mistakes) {
    it(`finds ${what}`, () => {
      assert.equal(violationOf(type, { ...valid[type], ...change }), `${type} main: ${message}`);
    });
  }

  it("refuses a type of resource whose requests are not known, and names it", () => {
    assert.equal(
      violationOf("aws:eks/cluster:Cluster", {}),
      "aws:eks/cluster:Cluster main: which requests create it is not known; add it to infra/testing/service-models/mappings",
    );
  });

  it("refuses a property that no request takes", () => {
    assert.equal(
      violationOf("aws:cloudwatch/logGroup:LogGroup", { name: "/kennel/a", skipDestroy: true }),
      "aws:cloudwatch/logGroup:LogGroup main: skipDestroy true cannot be mapped to a member of CreateLogGroupRequest (logs CreateLogGroup)",
    );
  });

  it("lets unknown values pass, and checks what is beside them", () => {
    const unknown = { __pulumiUnknown: true };
    const inputs = { executionRoleArn: unknown, name: "my_model", tags: { Team: unknown } };
    assert.match(violationOf("aws:sagemaker/model:Model", inputs), /^\S+ main: name "my_model"/);
  });

  it("checks the provider's default tags with every resource that has tags", () => {
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
      violationsOf([provider, ...resources]).join("\n"),
      /^aws:s3\/bucketObjectv2:BucketObjectv2 main: tags "tag0=x&\S* is too many: an object has at most 10 tags \(s3 PutObject\)$/,
    );
  });
});
