import assert from "node:assert/strict";
import { parseConfig } from "./config";
import { platformsInUse } from "./platform";
import { encodeConfig } from "./testing/arbitrary-config";

function platforms(config: Readonly<Record<string, unknown>>) {
  return platformsInUse(parseConfig(encodeConfig(config), "kennel"));
}

const realtime = (instanceType: string) => ({ serving: { mode: "realtime", instanceType } });
const model = "models/7/model.tar.gz";

describe("platformsInUse", () => {
  const x86 = ["linux/amd64"];
  const arm = ["linux/arm64"];

  it("is x86 where nothing runs yet, or somebody else's endpoint does", () => {
    assert.deepEqual(platforms({}), { inference: x86, training: x86 });
    const existing = { existing: "team-dogs" };
    assert.deepEqual(platforms({ endpoints: { main: existing } }).inference, x86);
  });

  it("follows the instance type of endpoints", () => {
    for (const type of ["ml.c6g.large", "ml.m8g.xlarge", "ml.c7g.large", "ml.r7gd.xlarge"]) {
      assert.deepEqual(platforms({ endpoints: { main: realtime(type) } }).inference, arm, type);
    }
    for (const type of ["ml.g4dn.xlarge", "ml.g6e.xlarge", "ml.c5.large", "ml.p6-b200.48xlarge"]) {
      assert.deepEqual(platforms({ endpoints: { main: realtime(type) } }).inference, x86, type);
    }
  });

  it("is each of those in use, shadows and serverless endpoints among them", () => {
    const shadow = { instanceType: "ml.c7g.large" };
    const shadowed = { ...realtime("ml.c5.large"), model, shadow };
    const { inference } = platforms({ endpoints: { main: shadowed } });
    assert.deepEqual(inference, [...x86, ...arm]);
    const serverless = { serving: { mode: "serverless" } };
    const both = { one: realtime("ml.c7g.large"), other: serverless };
    assert.deepEqual(platforms({ endpoints: both }).inference, [...arm, ...x86]);
  });

  it("follows the instance types of training jobs and of their tuning", () => {
    const job = { instanceType: "ml.p6e-gb200.36xlarge", tuning: { instanceType: "ml.m5.large" } };
    assert.deepEqual(platforms({ training: { main: job } }).training, [...arm, ...x86]);
  });
});

describe("instance types that SageMaker does not have", () => {
  for (const [config, message] of [
    [
      { training: { main: { instanceType: "ml.m6g.large" } } },
      /training\.main\.instanceType is "ml\.m6g\.large": it has a Graviton processor, and SageMaker's jobs have none/,
    ],
    [
      { training: { main: { tuning: { instanceType: "ml.c7g.large" } } } },
      /tuning\.instanceType is "ml\.c7g\.large": it has a Graviton processor/,
    ],
    [
      { notebook: { instanceType: "ml.m7g.large" } },
      /notebook\.instanceType is "ml\.m7g\.large": it has an Arm processor, and SageMaker's notebook instances have none/,
    ],
    [
      { trainer: { instanceType: "c7g.large" } },
      /trainer\.instanceType is "c7g\.large": it has an Arm processor, and the trainer's machine image is for x86/,
    ],
  ] as const) {
    it(JSON.stringify(config), () => {
      assert.throws(() => platforms(config), message);
    });
  }
});
