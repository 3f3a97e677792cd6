import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { TARGET } from "../appautoscaling/scaling";
import { FUNCTION, PROVISIONED_CONCURRENCY } from "../lambda/types";
import { ENDPOINT, ENDPOINT_CONFIGURATION, NOTEBOOK } from "../sagemaker/types";
import { monthlyCost } from "./monthly-cost";

const resource = (type: string, name: string, props: Record<string, unknown>): JudgedResource =>
  testResource({ type, name, props });
const endpoint = (variant: Record<string, unknown>): JudgedResource[] => [
  resource(ENDPOINT, "main", { name: "dogs", endpointConfigName: "dogs-1" }),
  resource(ENDPOINT_CONFIGURATION, "main", {
    name: "dogs-1",
    productionVariants: [{ variantName: "primary", ...variant }],
  }),
];
const large = { instanceType: "ml.m5.large", initialInstanceCount: 2 };
const target = (minCapacity: number, maxCapacity: number): JudgedResource =>
  resource(TARGET, "scaling", {
    serviceNamespace: "sagemaker",
    resourceId: "endpoint/dogs/variant/primary",
    minCapacity,
    maxCapacity,
  });

const judged = (resources: JudgedResource[], monthlyLimit = 0): string[] =>
  outcomesOf(monthlyCost, resources, { monthlyLimit }).map((outcome) =>
    "message" in outcome
      ? outcome.message
      : `unknown: ${outcome.resource?.name} ${outcome.unknown}`,
  );

describe("monthly-cost", () => {
  it("adds up what runs by the hour, the dearest first, and says what is not counted", () => {
    const [message] = judged([
      ...endpoint(large),
      resource(NOTEBOOK, "lab", { instanceType: "ml.t3.medium" }),
      resource("aws:ec2/instance:Instance", "trainer", { instanceType: "g4dn.xlarge" }),
      resource(FUNCTION, "classify", { name: "dogs", memorySize: 512, architectures: ["arm64"] }),
      resource(PROVISIONED_CONCURRENCY, "warm", {
        functionName: "dogs",
        qualifier: "live",
        provisionedConcurrentExecutions: 10,
      }),
    ]);
    const lines = message!.split("\n");
    // 2 × 0.115 × 730 + 0.05 × 160 + 0.526 × 730 + 10 × 0.5 GiB × 730 × 3600 s × 0.0000033334
    assert.match(
      lines[0]!,
      /^The stack costs about \$604 a month .* above the limit of \$0\.00\.$/,
    );
    assert.deepEqual(lines.slice(1, 5), [
      "- EC2 instance trainer: 1 × g4dn.xlarge: $384",
      "- endpoint main productionVariants[0]: 2 × ml.m5.large: $168",
      "- provisioned concurrency warm: 10 × 512 MiB: $44",
      "- notebook lab: 1 × ml.t3.medium: $8.00",
    ]);
    assert.match(lines[5]!, /^Not counted: storage, requests/);
  });

  it("says nothing below the limit", () => {
    assert.deepEqual(judged(endpoint(large), 168), []);
    assert.equal(judged(endpoint(large), 167).length, 1);
    assert.deepEqual(judged([]), []);
    assert.deepEqual(judged(endpoint({ serverlessConfig: {} })), []);
  });

  it("counts what autoscaling keeps, and says what it may add", () => {
    const [message] = judged([...endpoint(large), target(1, 4)], 80);
    assert.match(message!, /about \$84 .*; \$336 once autoscaling/);
  });

  it("names types without a price", () => {
    const [message] = judged(
      [...endpoint(large), resource(NOTEBOOK, "lab", { instanceType: "ml.x9.large" })],
      10,
    );
    assert.match(message!, /No price known for ml\.x9\.large in us-east-1 \(notebook lab\)/);
  });

  it("names what a preview does not know, and counts the rest", () => {
    const found = judged(
      [
        ...endpoint({ ...large, initialInstanceCount: UNKNOWN }),
        resource(NOTEBOOK, "lab", { instanceType: "ml.t3.medium" }),
      ],
      1,
    );
    assert.match(found[0]!, /about \$8\.00/);
    assert.deepEqual(found.slice(1), ["unknown: main productionVariants[0].initialInstanceCount"]);
  });
});
