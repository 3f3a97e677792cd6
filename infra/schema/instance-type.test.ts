import assert from "node:assert/strict";
import { serviceModel } from "../offline/service-models/service-model";
import { sagemakerInstanceType, servingInstanceType, trainingInstanceType } from "./instance-type";

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
