import assert from "node:assert/strict";
import { hasLocalStorage as packHasLocalStorage } from "../../policies/rules/sagemaker/variants";
import { serviceModel } from "../offline/service-models/service-model";
import { sagemakerInstanceType, servingInstanceType, trainingInstanceType } from "./instance-type";
import { hasLocalStorage } from "./serving";

/** Everything that SageMaker lets models, notebooks and jobs run on. */
const types = ["ProductionVariantInstanceType", "InstanceType", "TrainingInstanceType"].flatMap(
  (shape) => serviceModel("sagemaker").shapes[shape]?.enum ?? [],
);

describe("sagemakerInstanceType", () => {
  it("accepts every type that SageMaker has", () => {
    assert.ok(types.length > 500, String(types.length));
    const refused = types.filter((type) => !sagemakerInstanceType.safeParse(type).success);
    assert.deepEqual(refused, []);
  });
});

for (const [name, schema, shape, other] of [
  [
    "servingInstanceType",
    servingInstanceType,
    "ProductionVariantInstanceType",
    "TrainingInstanceType",
  ],
  [
    "trainingInstanceType",
    trainingInstanceType,
    "TrainingInstanceType",
    "ProductionVariantInstanceType",
  ],
] as const) {
  describe(name, () => {
    const shapes = serviceModel("sagemaker").shapes;
    const own = shapes[shape]?.enum ?? [];

    it("accepts every type that SageMaker has for it", () => {
      assert.deepEqual(
        own.filter((type) => !schema.safeParse(type).success),
        [],
      );
    });

    it("refuses the burstable types that are for something else", () => {
      const burstable = (shapes[other]?.enum ?? []).filter((type) => type.startsWith("ml.t"));
      const foreign = burstable.filter((type) => !own.includes(type));
      assert.equal(foreign.length, 4);
      assert.deepEqual(
        foreign.filter((type) => schema.safeParse(type).success),
        [],
      );
    });
  });
}

describe("hasLocalStorage", () => {
  /** Families that EC2 gives instance storage. */
  const local = [
    ["m5d", "c5d", "r5d", "m6gd", "c6gd", "r6gd", "m6id", "c6id", "r6id", "r7gd"],
    ["g4dn", "g5", "g6", "g6e", "g7", "g7e", "dl1", "trn1", "trn1n", "trn2"],
    ["p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "p6-b200", "p6-b300", "p6e-gb200"],
  ].flat();

  it("knows which families have disks of their own", () => {
    const families = new Set(types.map((type) => type.split(".")[1]!));
    const found = [...families].filter((family) => hasLocalStorage(`ml.${family}.xlarge`));
    assert.deepEqual(found.sort(), local.sort());
  });

  it("agrees with the policy pack, which is a package of its own", () => {
    const differing = types.filter((type) => hasLocalStorage(type) !== packHasLocalStorage(type));
    assert.deepEqual(differing, []);
  });
});
