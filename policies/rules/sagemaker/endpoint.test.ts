import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import type { Rule } from "../../rule";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { endpointKmsKey } from "./endpoint-kms-key";
import { endpointSingleInstance } from "./endpoint-single-instance";
import { modelNetwork } from "./model-network";
import { replaceableName } from "./replaceable-name";
import { ENDPOINT_CONFIGURATION, MODEL } from "./types";

const model = (props: Record<string, unknown>): JudgedResource =>
  testResource({ type: MODEL, name: "dogs", props });

const configuration = (
  variant: unknown,
  props: Record<string, unknown> = {},
  environment: unknown = "prod",
): JudgedResource =>
  testResource({
    type: ENDPOINT_CONFIGURATION,
    name: "dogs",
    props: { productionVariants: [variant], ...props },
    provider: { defaultTags: JSON.stringify({ tags: { Environment: environment } }) },
  });

const messages = (rule: Rule, resources: JudgedResource[], config: object = {}): string[] =>
  outcomesOf(rule, resources, config).map((outcome) =>
    "message" in outcome ? outcome.message : `unknown: ${outcome.unknown}`,
  );

describe("model-network", () => {
  const serverless = { modelName: "dogs-1", serverlessConfig: { memorySizeInMb: 3072 } };

  it("stops a container that can reach the internet", () => {
    for (const props of [{}, { enableNetworkIsolation: false }, { vpcConfig: { subnets: [] } }]) {
      assert.equal(messages(modelNetwork, [model(props)]).length, 1);
    }
  });

  it("passes isolation, a VPC, and a model that only serverless endpoints run", () => {
    assert.deepEqual(messages(modelNetwork, [model({ enableNetworkIsolation: true })]), []);
    assert.deepEqual(messages(modelNetwork, [model({ vpcConfig: { subnets: ["s"] } })]), []);
    const run = [model({ name: "dogs-1" }), configuration(serverless)];
    assert.deepEqual(messages(modelNetwork, run), []);
    const both = [...run, configuration({ modelName: "dogs-1", instanceType: "ml.m5.large" })];
    assert.equal(messages(modelNetwork, both).length, 1);
    const others = [model({ name: "cats-1" }), configuration(serverless)];
    assert.equal(messages(modelNetwork, others).length, 1);
  });

  it("names what a preview does not know", () => {
    const unknown = model({ enableNetworkIsolation: UNKNOWN });
    assert.deepEqual(messages(modelNetwork, [unknown]), ["unknown: enableNetworkIsolation"]);
    const variants = [model({ name: "dogs-1" }), configuration(UNKNOWN)];
    assert.ok(messages(modelNetwork, variants).includes("unknown: productionVariants[0]"));
  });
});

describe("endpoint-kms-key", () => {
  const variant = { variantName: "a", instanceType: "ml.m5.large" };

  it("asks for a key where the disks could have one", () => {
    assert.match(messages(endpointKmsKey, [configuration(variant)])[0]!, /ml\.m5\.large/);
    assert.deepEqual(messages(endpointKmsKey, [configuration(variant, { kmsKeyArn: "k" })]), []);
    assert.deepEqual(messages(endpointKmsKey, [configuration(variant, {}, "dev")]), []);
    for (const without of [{ instanceType: "ml.g4dn.xlarge" }, { serverlessConfig: {} }]) {
      assert.deepEqual(messages(endpointKmsKey, [configuration(without)]), []);
    }
  });

  it("sees shadow variants", () => {
    const shadowed = configuration(
      { instanceType: "ml.g5.xlarge" },
      { shadowProductionVariants: [variant] },
    );
    const [outcome] = outcomesOf(endpointKmsKey, [shadowed]);
    // A key would be refused: what helps is another instance type.
    assert.ok(outcome && "fix" in outcome);
    assert.match(outcome.message, /ml\.m5\.large .* none beside the local disks of ml\.g5\.xlarge/);
    assert.equal(outcome.fix, 'instanceType: "ml.g5.xlarge",');
  });

  it("names what a preview does not know", () => {
    const key = configuration(variant, { kmsKeyArn: UNKNOWN });
    assert.deepEqual(messages(endpointKmsKey, [key]), ["unknown: kmsKeyArn"]);
    const type = configuration({ instanceType: UNKNOWN });
    assert.deepEqual(messages(endpointKmsKey, [type]), [
      "unknown: productionVariants[0].instanceType",
    ]);
  });
});

describe("replaceable-name", () => {
  it("stops a fixed name", () => {
    for (const type of [MODEL, ENDPOINT_CONFIGURATION]) {
      const fixed = testResource({ type, name: "dogs", props: { name: "dogs" } });
      assert.match(messages(replaceableName, [fixed])[0]!, /fixed name dogs/);
      const verbatim = { name: "dogs", __defaults: ["name"] };
      assert.equal(
        messages(replaceableName, [testResource({ type, name: "dogs", props: verbatim })]).length,
        1,
      );
    }
  });

  it("passes no name, a prefix, and a name that Pulumi made", () => {
    for (const props of [
      {},
      { namePrefix: "dogs-", name: "dogs-2026" },
      { name: "dogs-3a05baf" },
      { name: "dogs_x1", __defaults: ["name"] },
    ]) {
      const resource = testResource({ type: ENDPOINT_CONFIGURATION, name: "dogs", props });
      assert.deepEqual(messages(replaceableName, [resource]), []);
    }
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(messages(replaceableName, [model({ name: UNKNOWN })]), ["unknown: name"]);
  });
});

describe("endpoint-single-instance", () => {
  const one = { variantName: "a", instanceType: "ml.m5.large", initialInstanceCount: 1 };

  it("stops one instance in production, whoever says that it is production", () => {
    assert.match(messages(endpointSingleInstance, [configuration(one)])[0]!, /\(a\) of dogs/);
    const unsaid = configuration({ instanceType: "ml.m5.large" });
    assert.equal(messages(endpointSingleInstance, [unsaid]).length, 1);
    const always = { production: "always" };
    assert.equal(
      messages(endpointSingleInstance, [configuration(one, {}, "dev")], always).length,
      1,
    );
    const staging = { productionEnvironments: ["Staging"] };
    const staged = configuration(one, {}, "staging");
    assert.equal(messages(endpointSingleInstance, [staged], staging).length, 1);
    const ownTag = configuration(one, { tags: { Environment: "Production" } }, "dev");
    assert.equal(messages(endpointSingleInstance, [ownTag]).length, 1);
  });

  it("passes two instances, serverless, shadows and every other environment", () => {
    for (const clean of [
      configuration({ ...one, initialInstanceCount: 2 }),
      configuration({ serverlessConfig: {} }),
      configuration({ ...one, initialInstanceCount: 2 }, { shadowProductionVariants: [one] }),
      configuration(one, {}, "dev"),
    ]) {
      assert.deepEqual(messages(endpointSingleInstance, [clean]), []);
    }
    const never = { production: "never" };
    assert.deepEqual(messages(endpointSingleInstance, [configuration(one)], never), []);
  });

  it("names what a preview does not know", () => {
    const count = configuration({ ...one, initialInstanceCount: UNKNOWN });
    assert.deepEqual(messages(endpointSingleInstance, [count]), [
      "unknown: productionVariants[0].initialInstanceCount",
    ]);
    const where = testResource({
      type: ENDPOINT_CONFIGURATION,
      props: { productionVariants: [one], tags: UNKNOWN },
    });
    assert.deepEqual(messages(endpointSingleInstance, [where]), ["unknown: tags.Environment"]);
  });
});
