import assert from "node:assert/strict";
import { ConfigError, parseConfig } from "../config";
import { encodeConfig, type RawConfig } from "../testing/arbitrary-config";

const model = "models/a/model.tar.gz";
const twoInstances = { mode: "realtime", instanceCount: 2 };

/** What a configuration is refused for, a sentence each; empty where it is accepted. */
function problems(raw: RawConfig): readonly string[] {
  try {
    parseConfig(encodeConfig(raw), "kennel");
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
}

function assertProblem(raw: RawConfig, expected: RegExp): void {
  const [problem, ...others] = problems(raw);
  assert.match(problem ?? "nothing", expected);
  assert.deepEqual(others, []);
}

describe("what an environment asks of a configuration", () => {
  it("is two instances in prod, given or by scaling, and one elsewhere", () => {
    const withEndpoint = (endpoint: object, environment = "prod"): RawConfig => ({
      environment,
      endpoints: { main: { model, ...endpoint } },
      data: { ownKey: true },
    });
    assertProblem(
      withEndpoint({}),
      /^kennel:endpoints\.main\.serving\.instanceCount is not set: it leaves nothing to fail over to, and prod starts with 2 at least; set it, or scaling\.minInstances, to 2\./,
    );
    assert.deepEqual(problems(withEndpoint({ serving: twoInstances })), []);
    assert.deepEqual(problems(withEndpoint({ scaling: { minInstances: 2, maxInstances: 4 } })), []);
    assert.deepEqual(problems(withEndpoint({ serving: { mode: "serverless" } })), []);
    assert.deepEqual(problems(withEndpoint({}, "staging")), []);
    // Without a model nothing is created, and an existing endpoint is its owner's.
    assert.deepEqual(problems(withEndpoint({ model: undefined })), []);
    assert.deepEqual(problems(withEndpoint({ model: undefined, existing: "team-dogs" })), []);
  });

  it("is a key for disks in prod", () => {
    const endpoints = { main: { model, serving: twoInstances } };
    assertProblem(
      { environment: "prod", endpoints },
      /^kennel:data\.ownKey is not set: it leaves the disks of the endpoint main without your own KMS key, which prod needs/,
    );
    assert.deepEqual(problems({ environment: "dev", endpoints }), []);
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    assert.deepEqual(problems({ environment: "prod", endpoints, data: { kmsKeyArn } }), []);
    assertProblem(
      { data: { kmsKeyArn, ownKey: true } },
      /^kennel:data\.ownKey is true: it goes with no kmsKeyArn/,
    );
  });

  it("is a shadow whose disks can have the endpoint's key, in prod", () => {
    const withShadow = (instanceType: string, shadowType?: string, environment = "prod") => ({
      environment,
      endpoints: {
        main: {
          model,
          serving: { ...twoInstances, instanceType },
          shadow: { model: "models/next/model.tar.gz", instanceType: shadowType },
        },
      },
      data: { ownKey: true },
    });
    for (const [own, other] of [
      ["ml.g4dn.xlarge", "ml.m5.large"],
      ["ml.m5.large", "ml.g4dn.xlarge"],
    ] as const) {
      assertProblem(
        withShadow(own, other),
        /^kennel:endpoints\.main\.shadow\.instanceType is "ml\.\S+": it goes with no ml\.\S+ in prod: ml\.g4dn\.xlarge has local disks, .* disks of ml\.m5\.large; take two types/,
      );
      assert.deepEqual(problems(withShadow(own, other, "staging")), []);
      assert.deepEqual(problems(withShadow(own)), []);
    }
    assert.deepEqual(problems(withShadow("ml.g5.xlarge", "ml.g4dn.xlarge")), []);
    assert.deepEqual(problems(withShadow("ml.m5.xlarge", "ml.c5.large")), []);
  });

  it("is a month of logs in prod", () => {
    const endpoints = { main: { function: { logRetentionDays: 7 } } };
    assertProblem(
      { environment: "prod", endpoints },
      /^kennel:endpoints\.main\.function\.logRetentionDays is 7: it is too short .*30 days at least\./,
    );
    assert.deepEqual(problems({ environment: "staging", endpoints }), []);
  });

  it("is your own network for notebooks outside dev", () => {
    const notebook = { instanceType: "ml.t3.medium" };
    assertProblem(
      { environment: "staging", notebook },
      /^kennel:notebook\.network\.type is not set: it lets data out past your network, which only dev may; take vpc\./,
    );
    assert.deepEqual(problems({ environment: "dev", notebook }), []);
  });
});

describe("what the program keeps to itself", () => {
  it("is the owner's part of an existing endpoint", () => {
    for (const [setting, key] of [
      [{ model }, "model"],
      [{ capture: {} }, "capture"],
      [{ role: { existing: "team" } }, "role"],
      [{ serving: twoInstances }, "serving.instanceCount"],
      [{ serving: { mode: "realtime", instanceType: "ml.m5.large" } }, "serving.instanceType"],
    ] as const) {
      assertProblem(
        { endpoints: { main: { existing: "team-dogs", ...setting } } },
        new RegExp(
          `^kennel:endpoints\\.main\\.${key.replace(".", "\\.")} is .*belongs to the endpoint's owner`,
        ),
      );
    }
  });

  it("is the tags that tell stacks apart", () => {
    for (const tag of ["Project", "Stack", "Environment", "ManagedBy"]) {
      assertProblem(
        { tags: { [tag]: "mine" } },
        /is not a possible name\. Allowed: .*none of Project/,
      );
    }
  });

  it("is the machine image, which is for x86", () => {
    for (const instanceType of [
      "m6g.large",
      "t4g.micro",
      "c7gn.xlarge",
      "g5g.xlarge",
      "a1.large",
    ]) {
      assertProblem({ trainer: { instanceType } }, /it has an Arm processor/);
    }
    for (const instanceType of ["g4dn.xlarge", "m5.2xlarge", "p3dn.24xlarge", "g6e.xlarge"]) {
      assert.deepEqual(problems({ trainer: { instanceType } }), []);
    }
  });
});
