import assert from "node:assert/strict";
import { ProductionVariantInstanceType, TrainingInstanceType } from "@aws-sdk/client-sagemaker";
import { hasLocalStorage } from "./instance-types";

const types: readonly string[] = [
  ...Object.values(ProductionVariantInstanceType),
  ...Object.values(TrainingInstanceType),
  // What only notebooks run on has no list in the SDK.
  ...["ml.m6id.large", "ml.c6id.large", "ml.r6id.large"],
];

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
});
