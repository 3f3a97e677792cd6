import assert from "node:assert/strict";
import { ConfigError, parseConfig } from "../config";
import { encodeConfig } from "../testing/arbitrary-config";
import { endpointSchema } from "../testing/endpoint-schema";

const subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];
const groups = ["sg-0123456789abcdef0"];
const vpc = { subnetIds: subnets, securityGroupIds: groups };
const steps = {
  metric: "latency",
  scaleOut: [{ from: 500, add: 1 }],
  scaleIn: [{ upTo: 100, remove: 1 }],
};

/** What an endpoint called `main` is refused with, without the beginning that all have in common. */
function problemsOf(main: object): string[] {
  const start = "kennel:endpoints.main.";
  try {
    parseConfig(encodeConfig({ endpoints: { main } }), "kennel");
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems.map((problem) => {
      assert.ok(problem.startsWith(start), problem);
      return problem.slice(start.length);
    });
  }
  return [];
}

/** An endpoint, and what must be said of it; nothing where it is fine. */
type Case = readonly [title: string, main: object, expected?: RegExp];

function explains(cases: readonly Case[]): void {
  for (const [title, main, expected] of cases) {
    it(`${expected === undefined ? "accepts" : "explains"} ${title}`, () => {
      const problems = problemsOf(main);
      if (expected === undefined) {
        assert.deepEqual(problems, []);
      } else {
        assert.equal(problems.length, 1, problems.join("\n"));
        assert.match(problems[0]!, expected);
      }
    });
  }
}

describe("modelKmsKeyArn", () => {
  const modelKmsKeyArn =
    "arn:aws:kms:us-east-1:999999999999:key/mrk-1234abcd12ab34cd56ef1234567890ab";
  const foreign = { model: "s3://team-models/1/model.tar.gz", modelKmsKeyArn };
  const own = "models/1/model.tar.gz";
  const needsAddress = /modelKmsKeyArn is "arn:.*": it is for a model at an s3:\/\/ address/;
  explains([
    ["the key of another bucket", foreign],
    ["the key of a shadow's bucket", { model: own, shadow: foreign }],
    ["an alias", { ...foreign, modelKmsKeyArn: "alias/team" }, /Allowed: the ARN of a KMS key/],
    ["a key beside a model of the data bucket", { ...foreign, model: own }, needsAddress],
    [
      "a key beside a model of this repository",
      { ...foreign, model: "samples/model" },
      needsAddress,
    ],
    ["a key without a model", { modelKmsKeyArn }, needsAddress],
    [
      "a key beside a shadow's model",
      { model: own, shadow: { ...foreign, model: "models/2/model.tar.gz" } },
      /^shadow\.modelKmsKeyArn/,
    ],
  ]);
});

describe("serving.network", () => {
  const inVpc = (network: object, mode = "realtime") => ({ serving: { mode, network } });
  explains([
    ["a VPC", inVpc(vpc)],
    ["a VPC of an async endpoint", inVpc({ ...vpc, isolated: false }, "async")],
    [
      "a single subnet",
      inVpc({ ...vpc, subnetIds: subnets.slice(0, 1) }),
      /^serving\.network\.subnetIds is \["subnet-.*"\]\. Allowed: a list of 2 to 16 subnet ids\. Example: \["subnet-/,
    ],
    [
      "the same subnet twice",
      inVpc({ ...vpc, subnetIds: [subnets[0], subnets[0]] }),
      /^serving\.network\.subnetIds is \[.*\]: it names the subnet subnet-0123456789abcdef0 twice\./,
    ],
    [
      "too many security groups",
      inVpc({ ...vpc, securityGroupIds: [0, 1, 2, 3, 4, 5].map((n) => `sg-0123456789abcde0${n}`) }),
      /^serving\.network\.securityGroupIds is .*\. Allowed: a list of 1 to 5 security group ids/,
    ],
    [
      "a VPC without security groups",
      inVpc({ subnetIds: subnets }),
      /^serving\.network\.securityGroupIds is missing\./,
    ],
    [
      "a group's name instead of its id",
      inVpc({ ...vpc, securityGroupIds: ["default"] }),
      /^serving\.network\.securityGroupIds\[0\] is "default"\. Allowed: the id of a security group\. Example: sg-/,
    ],
    [
      "a VPC of a serverless endpoint",
      inVpc(vpc, "serverless"),
      /^serving\.network is not a known key\. Known here: mode, memory/,
    ],
  ]);
});

describe("shadow", () => {
  const shadow = { model: "models/next/model.tar.gz" };
  explains([
    ["another model", { shadow }],
    ["another instance type", { shadow: { instanceType: "ml.m5.large" } }],
    ["a shadow of a scaled endpoint", { shadow, scaling: { maxInstances: 3 } }],
    [
      "a shadow of an async endpoint",
      { serving: { mode: "async" }, shadow },
      /^shadow is .*: it is for realtime endpoints; SageMaker does not support a shadow with serving\.mode async/,
    ],
    [
      "a shadow of a serverless endpoint",
      { serving: { mode: "serverless" }, shadow },
      /^shadow is .*: it is for realtime endpoints/,
    ],
    [
      "a rollout in steps beside a shadow",
      {
        serving: { mode: "realtime", instanceCount: 2 },
        rollout: { strategy: "canary" },
        shadow,
      },
      /^rollout\.strategy is "canary": it moves the instances of one variant, .*take all-at-once/,
    ],
    [
      "a shadow on Inferentia 1",
      { shadow: { ...shadow, instanceType: "ml.inf1.xlarge" } },
      /^shadow\.instanceType is "ml\.inf1\.xlarge": it is Inferentia 1/,
    ],
    [
      "a shadow of what runs on Inferentia 1",
      { serving: { mode: "realtime", instanceType: "ml.inf1.xlarge" }, shadow },
      /^serving\.instanceType is "ml\.inf1\.xlarge": it is Inferentia 1/,
    ],
    [
      "a shadow that differs in nothing",
      { model: "models/a/model.tar.gz", shadow: { model: "models/a/model.tar.gz" } },
      /^shadow is .*: it has the model and the instance type of what it shadows; set one of them/,
    ],
    [
      "a share of more than all requests",
      { shadow: { ...shadow, percentage: 101 } },
      /^shadow\.percentage is 101\. Allowed: a whole number from 1 to 100/,
    ],
  ]);
});

describe("a shadow's instances", () => {
  const typeOf = (main: object): unknown =>
    endpointSchema.parse({ serving: { mode: "realtime", instanceType: "ml.m5.xlarge" }, ...main })
      .shadow?.instanceType;

  it("are of its own type, and of the endpoint's where it names none", () => {
    assert.equal(typeOf({ shadow: { instanceType: "ml.c7g.large" } }), "ml.c7g.large");
    assert.equal(typeOf({ shadow: { model: "models/next/model.tar.gz" } }), "ml.m5.xlarge");
  });
});

describe("scaling.steps", () => {
  const scaled = (changes: object, mode = "realtime") => ({
    serving: { mode },
    scaling: { maxInstances: 4, steps: { ...steps, ...changes } },
  });
  const twentyOne = Array.from({ length: 21 }, (_, index) => ({ from: 500 + index, add: 1 }));
  explains([
    ["steps", scaled({})],
    ["twenty steps", scaled({ scaleOut: twentyOne.slice(1) })],
    ["fractions", scaled({ scaleIn: [{ upTo: 0.5, remove: 1 }] })],
    [
      "more steps than Application Auto Scaling takes",
      scaled({ scaleOut: twentyOne }),
      /^scaling\.steps\.scaleOut is .*\. Allowed: a list of 1 to 20 steps\. Example: \[\{"from":600/,
    ],
    [
      "no step down",
      scaled({ scaleIn: [] }),
      /^scaling\.steps\.scaleIn is \[\]\. Allowed: a list of 1 to 20 steps/,
    ],
    [
      "steps in the wrong order",
      scaled({
        scaleOut: [
          { from: 500, add: 1 },
          { from: 400, add: 2 },
        ],
      }),
      /^scaling\.steps\.scaleOut\[1\]\.from is 400: it is not above the step before it, which begins at 500/,
    ],
    [
      "steps down in the wrong order",
      scaled({
        scaleIn: [
          { upTo: 10, remove: 1 },
          { upTo: 10, remove: 2 },
        ],
      }),
      /^scaling\.steps\.scaleIn\[1\]\.upTo is 10: it is not below the step before it, which begins at 10/,
    ],
    [
      "steps up and down at the same load",
      scaled({ scaleIn: [{ upTo: 500, remove: 1 }] }),
      /^scaling\.steps\.scaleIn\[0\]\.upTo is 500: it is not below 500, where scaling out begins/,
    ],
    [
      "a backlog of what answers at once",
      scaled({ metric: "backlog" }),
      /^scaling\.steps\.metric is "backlog": it does not exist with serving\.mode realtime; take invocations/,
    ],
    [
      "invocations of what answers later",
      scaled({ metric: "invocations" }, "async"),
      /^scaling\.steps\.metric is "invocations": it does not exist with serving\.mode async; take backlog/,
    ],
    [
      "a metric of nobody's",
      scaled({ metric: "requests" }),
      /^scaling\.steps\.metric is "requests"\. Allowed: invocations, concurrency, backlog, latency, cpu, gpu\./,
    ],
    [
      "a target beside steps",
      { scaling: { maxInstances: 4, invocationsPerInstance: 20, steps } },
      /^scaling\.invocationsPerInstance is 20: it is a target, and steps take the place of a target/,
    ],
  ]);
});

describe("rollout", () => {
  const serving = { mode: "realtime", instanceCount: 10 };
  explains([
    [
      "the smallest steps",
      { serving, rollout: { strategy: "rolling", percentage: 5, waitSeconds: 60 } },
    ],
    [
      "a rollout at once that is watched",
      { rollout: { strategy: "all-at-once", waitSeconds: 600 } },
    ],
    [
      "a rollout that ends while it is still watched",
      { rollout: { strategy: "all-at-once", waitSeconds: 300, maximumSeconds: 600 } },
      /^rollout\.maximumSeconds is 600: it is over before the rollout is: that waits for 600 seconds/,
    ],
    [
      "smaller linear steps than SageMaker takes",
      { serving, rollout: { strategy: "linear", percentage: 9, waitSeconds: 60 } },
      /^rollout\.percentage is 9\. Allowed: a whole number from 10 to 50/,
    ],
    [
      "a rollout in steps of Inferentia 1",
      {
        serving: { ...serving, instanceType: "ml.inf1.xlarge" },
        rollout: { strategy: "linear" },
      },
      /^rollout\.strategy is "linear": it moves instances in steps, which SageMaker doesn't do with Inferentia 1/,
    ],
  ]);
});

describe("serving.notifications", () => {
  const told = (notifications: object) => ({ serving: { mode: "async", notifications } });
  const topic = "arn:aws:sns:us-east-1:123456789012:dog-photos";
  explains([
    ["topics", told({ successTopicArn: topic, errorTopicArn: topic })],
    [
      "a topic's name instead of its ARN",
      told({ successTopicArn: "dog-photos" }),
      /^serving\.notifications\.successTopicArn is "dog-photos"\. Allowed: the ARN of an SNS topic/,
    ],
    [
      "a FIFO topic",
      told({ successTopicArn: `${topic}.fifo` }),
      /^serving\.notifications\.successTopicArn is ".*\.fifo"\. Allowed: the ARN of an SNS topic \(not FIFO\)/,
    ],
  ]);
});

describe("function.scaling", () => {
  const scaled = (changes: object, more: object = { provisionedConcurrency: 2 }) => ({
    function: { ...more, scaling: { maxConcurrency: 5, ...changes } },
  });
  const both = { provisionedConcurrency: 2, reservedConcurrency: 5 };
  const at = { when: "rate(1 day)", minConcurrency: 1, maxConcurrency: 2 };
  explains([
    ["more warm environments while they are busy", scaled({ schedule: [at] }, both)],
    [
      "scaling from nowhere",
      scaled({}, {}),
      /^function\.scaling is .*: it starts from provisionedConcurrency, which is missing/,
    ],
    [
      "fewer at most than at least",
      scaled({ maxConcurrency: 1 }),
      /^function\.scaling\.maxConcurrency is 1: it is less than provisionedConcurrency, which is 2/,
    ],
    [
      "more than are reserved",
      scaled({ maxConcurrency: 6 }, both),
      /^function\.scaling\.maxConcurrency is 6: it is more than reservedConcurrency, which is 5/,
    ],
    [
      "more than are reserved at certain times",
      scaled({ schedule: [{ ...at, maxConcurrency: 9 }] }, both),
      /^function\.scaling\.schedule\[0\]\.maxConcurrency is 9: it is more than reservedConcurrency, which is 5/,
    ],
    [
      "bounds the wrong way round",
      scaled({ schedule: [{ ...at, minConcurrency: 3 }] }),
      /^function\.scaling\.schedule\[0\]\.minConcurrency is 3: it is more than maxConcurrency, which is 2/,
    ],
    [
      "environments that are never all busy",
      scaled({ utilizationPercent: 95 }),
      /^function\.scaling\.utilizationPercent is 95\. Allowed: a whole number from 10 to 90/,
    ],
  ]);
});

describe("function.deadLetters", () => {
  explains([
    ["dead letters", { function: { deadLetters: {} } }],
    [
      "more attempts than Lambda makes",
      { function: { deadLetters: { retries: 3 } } },
      /^function\.deadLetters\.retries is 3\. Allowed: a whole number from 0 to 2/,
    ],
    [
      "keeping longer than SQS does",
      { function: { deadLetters: { retentionDays: 15 } } },
      /^function\.deadLetters\.retentionDays is 15\. Allowed: a whole number from 1 to 14/,
    ],
  ]);
});
