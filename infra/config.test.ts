import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { ConfigError, parseConfig, type StackConfig } from "./config";
import { encodeConfig, validConfig, type RawConfig } from "./testing/arbitrary-config";

function parse(raw: RawConfig): StackConfig {
  return parseConfig(encodeConfig(raw), "kennel");
}

/** The one sentence that `raw` is refused with. */
function problemOf(raw: RawConfig): string {
  const found = problemsOf(raw);
  assert.equal(found.length, 1, found.join("\n"));
  return found[0]!;
}

function problemsOf(raw: RawConfig): readonly string[] {
  try {
    parse(raw);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.problems;
  }
  return [];
}

describe("parseConfig", () => {
  it("needs nothing but a region", () => {
    const config = parseConfig({ "aws:region": "eu-central-1" }, "kennel");
    assert.deepEqual(config, {
      environment: "dev",
      endpoints: {},
      training: {},
      data: { oldVersionsDays: 30, captureDays: 90, cacheDays: 30 },
      tags: {},
      region: "eu-central-1",
    });
  });

  it("fills in the cheapest defaults", () => {
    const { main } = parse({
      endpoints: { main: { model: "models/a/model.tar.gz", function: {} } },
    }).endpoints;
    assert.deepEqual(main, {
      model: { kind: "data-bucket", key: "models/a/model.tar.gz" },
      serving: { mode: "realtime", instanceType: "ml.t2.medium", instanceCount: 1 },
      scaling: undefined,
      shadow: undefined,
      rollout: { strategy: "all-at-once", waitSeconds: 300, maximumSeconds: 3600 },
      function: {
        memory: 512,
        timeout: 30,
        logRetentionDays: 30,
        tracing: false,
        access: { type: "url" },
      },
    });
  });

  it("starts a scaled endpoint with the fewest instances of a type that can be scaled", () => {
    const { main } = parse({
      endpoints: { main: { scaling: { minInstances: 2, maxInstances: 4 } } },
    }).endpoints;
    assert.deepEqual(main?.serving, {
      mode: "realtime",
      instanceType: "ml.c5.large",
      instanceCount: 2,
    });
  });

  it("lets an async endpoint go down to no instance", () => {
    const raw = { serving: { mode: "async" }, scaling: { minInstances: 0, maxInstances: 2 } };
    const { main } = parse({ endpoints: { main: raw } }).endpoints;
    assert.deepEqual(main?.serving, {
      mode: "async",
      instanceType: "ml.c5.large",
      instanceCount: 1,
      concurrentPerInstance: 4,
    });
    assert.deepEqual(main.scaling, {
      minInstances: 0,
      maxInstances: 2,
      scaleInCooldown: 300,
      scaleOutCooldown: 60,
      schedule: [],
      policy: { type: "target", metric: "backlog", value: 5 },
    });
  });

  it("takes an empty object for what has every default, and an absent key for nothing", () => {
    const empty = parse({ trainer: {}, notebook: {}, monitoring: {}, data: {}, tags: {} });
    assert.equal(empty.trainer?.instanceType, "t3.medium");
    assert.equal(empty.notebook?.instanceType, "ml.t3.medium");
    assert.deepEqual(empty.monitoring?.emails, []);
    assert.equal(empty.data.cacheDays, 30);
    const nothing = parse({});
    for (const key of ["trainer", "notebook", "monitoring", "budget"] as const) {
      assert.equal(nothing[key], undefined);
      assert.equal(parse({ [key]: "none" })[key], undefined, "Pulumi.yaml's default");
    }
    assert.deepEqual(
      problemsOf({ budget: {} }).map((problem) => problem.split(".")[1]),
      ["monthlyDollars is missing", "emails is missing"],
    );
    const { main } = parse({ endpoints: { main: { capture: {}, function: {} } } }).endpoints;
    assert.deepEqual([main?.capture?.percentage, main?.function?.memory], [10, 512]);
  });

  it("ignores other namespaces", () => {
    const values = { ...encodeConfig({}), "aws:profile": "team", "pulumi:disable-default": "[]" };
    assert.equal(parseConfig(values, "kennel").environment, "dev");
  });

  it("accepts every valid configuration", () => {
    fc.assert(
      fc.property(validConfig, (raw) => {
        const config = parse(raw);
        assert.deepEqual(Object.keys(config.endpoints), Object.keys(raw["endpoints"] ?? {}));
        for (const { scaling, serving } of Object.values(config.endpoints)) {
          if (scaling !== undefined) {
            assert.ok(serving.mode !== "serverless");
            assert.ok(serving.instanceCount >= scaling.minInstances);
            assert.ok(serving.instanceCount <= scaling.maxInstances);
            assert.doesNotMatch(serving.instanceType, /^ml\.t/);
          }
        }
      }),
    );
  });
});

describe("ConfigError", () => {
  it("is shown by Pulumi without a stack trace", () => {
    assert.ok(pulumi.RunError.isInstance(new ConfigError(["a", "b"])));
  });

  it("lists every problem at once and says which file to correct", () => {
    const problems = problemsOf({
      environment: "production",
      endpoints: { main: { serving: { mode: "batch" }, function: { memory: 64 } } },
      trainer: { instanceType: "t3.large", allowedCidrs: ["0.0.0.0/0"] },
    });
    assert.deepEqual(
      problems.map((problem) => problem.split(" ")[0]),
      [
        "kennel:environment",
        "kennel:endpoints.main.serving.mode",
        "kennel:endpoints.main.function.memory",
        "kennel:trainer.allowedCidrs[0]",
      ],
    );
    assert.match(
      new ConfigError(problems).message,
      /4 mistakes; correct Pulumi\..+\.yaml:\n {2}- kennel:/,
    );
  });

  it("names what hides behind another mistake at once", () => {
    const all = (raw: RawConfig): string[] =>
      problemsOf(raw).map((problem) => problem.split(/[ :]/).slice(1, 2).join());
    const endpoint = (main: object): string[] =>
      all({ endpoints: { main } }).map((key) => key.replace("endpoints.main.", ""));
    assert.deepEqual(
      endpoint({
        scaling: { maxInstances: 2.5 },
        function: {
          reservedConcurrency: 5,
          provisionedConcurrency: 9,
          access: { type: "api" },
          timeout: 60,
        },
      }),
      ["scaling.maxInstances", "function.timeout", "function.provisionedConcurrency"],
    );
    // Behind an alternative that can't be told: what would be wrong with all of them, or with the one that is meant.
    assert.deepEqual(endpoint({ serving: { instanceCount: 0, memori: 1 } }), [
      "serving.mode",
      "serving.instanceCount",
      "serving.memori",
    ]);
    assert.deepEqual(endpoint({ serving: { mode: "asynch", instanceCount: 0 } }), [
      "serving.mode",
      "serving.instanceCount",
    ]);
    // Beside an alternative that can't be told.
    const bounds = { minInstances: 5, maxInstances: 3 };
    assert.deepEqual(endpoint({ serving: { mode: "asynch" }, scaling: bounds }), [
      "serving.mode",
      "scaling.minInstances",
    ]);
    // Behind a name that is not possible.
    assert.deepEqual(all({ endpoints: { Main: { function: { timeout: 0, memory: "x" } } } }), [
      "endpoints.Main",
      "endpoints.Main.function.memory",
      "endpoints.Main.function.timeout",
    ]);
    // Behind an item of the same list, a tag of the same map and a value of the same section.
    const [subnet, group] = ["subnet-0123456789abcdef0", "sg-0123456789abcdef0"];
    const network = { subnetIds: ["x", subnet, subnet], securityGroupIds: [group, group] };
    assert.deepEqual(endpoint({ serving: { mode: "realtime", network } }), [
      "serving.network.subnetIds[0]",
      "serving.network.subnetIds",
      "serving.network.securityGroupIds",
    ]);
    const many = Object.fromEntries(["aws", "b", "c", "d", "e", "f"].map((tag) => [tag, "x"]));
    assert.deepEqual(all({ tags: { ...many, "aws:x": "x", g: 5 } }), [
      'tags["aws',
      "tags.g",
      "tags",
    ]);
    assert.deepEqual(
      all({
        environment: "prod",
        data: { cacheDays: 0 },
        endpoints: { a: { model: "samples/model" } },
      }),
      ["data.cacheDays", "endpoints.a.serving.instanceCount", "data.ownKey"],
    );
  });

  it("names every one of any mistakes in one endpoint", () => {
    const mistakes: Readonly<Record<string, object>> = {
      "serving.instanceCount": { serving: { mode: "realtime", instanceCount: 2.5 } },
      "scaling.minInstances": { scaling: { minInstances: 5, maxInstances: 3 } },
      "function.timeout": { function: { timeout: 60, access: { type: "api" } } },
      "function.memory": { function: { memory: null } },
      "function.provisionedConcurrency": {
        function: { provisionedConcurrency: 9, reservedConcurrency: 5 },
      },
      "function.scaling.schedule[0].when": {
        function: {
          scaling: {
            maxConcurrency: 9,
            schedule: [{ when: "now", minConcurrency: 1, maxConcurrency: 2 }],
          },
        },
      },
      "capture.percentage": { capture: { percentage: "all" } },
      "rollout.maximumSeconds": {
        rollout: { strategy: "all-at-once", waitSeconds: 3600, maximumSeconds: 600 },
      },
      "shadow.instanceType": { shadow: { instanceType: "m5.large" } },
      modle: { modle: "samples/model" },
    };
    fc.assert(
      fc.property(fc.subarray(Object.keys(mistakes), { minLength: 1 }), (chosen) => {
        const main: Record<string, unknown> = {};
        for (const key of chosen) {
          for (const [section, value] of Object.entries(mistakes[key]!)) {
            main[section] =
              typeof value === "string"
                ? value
                : { ...(main[section] as object), ...(value as object) };
          }
        }
        const problems = problemsOf({ endpoints: { main } });
        for (const key of chosen) {
          const start = `kennel:endpoints.main.${key} is `;
          assert.ok(
            problems.some((problem) => problem.startsWith(start)),
            `${key}\n${problems.join("\n")}`,
          );
        }
      }),
    );
  });

  it("says nothing of what depends on a wrong value", () => {
    for (const main of [
      { scaling: { minInstances: 0, maxInstances: 2 }, serving: { mode: "asynch" } },
      { function: { provisionedConcurrency: "two", scaling: { maxConcurrency: 5 } } },
      { rollout: { strategy: "canary" }, serving: { mode: "realtime", instanceCount: 2.5 } },
    ]) {
      problemOf({ endpoints: { main } });
    }
    problemOf({
      environment: "prod",
      data: { kmsKeyArn: "arn:nonsense" },
      notebook: { network: { type: "vpc", subnetId: "subnet-0123456789abcdef0" } },
    });
    problemOf({ environment: "production", notebook: { instanceType: "ml.t3.medium" } });
  });

  it("calls a key with nothing behind it empty, wherever it is", () => {
    const cases: readonly [RawConfig, RegExp][] = [
      [
        { endpoints: { main: { function: null } } },
        /^kennel:endpoints\.main\.function is empty \(null\); write \{\} for the defaults or remove the key\. Allowed:/,
      ],
      [
        { endpoints: { main: { scaling: null } } },
        /^kennel:endpoints\.main\.scaling is empty \(null\); give it a value or remove the key\. Allowed:/,
      ],
      [
        { endpoints: { main: { function: { timeout: null } } } },
        /timeout is empty \(null\); give it a value or remove the key\. Allowed: a whole number/,
      ],
      [{ endpoints: { main: null } }, /^kennel:endpoints\.main is empty \(null\); write \{\}/],
      [
        { endpoints: { main: { serving: { mode: null } } } },
        /^kennel:endpoints\.main\.serving\.mode is empty \(null\)/,
      ],
      [{ tags: { Team: null } }, /^kennel:tags\.Team is empty \(null\); give it a value/],
      [
        { trainer: { allowedCidrs: [null] } },
        /^kennel:trainer\.allowedCidrs\[0\] is empty \(null\); give it a value or remove the entry/,
      ],
      // What Pulumi makes of a key at the top.
      [{ trainer: "" }, /^kennel:trainer is empty \(null\); write \{\} for the defaults/],
      [{ endpoints: null }, /^kennel:endpoints is empty \(null\); write \{\} for the defaults/],
      [{ environment: "" }, /^kennel:environment is empty \(null\); give it a value/],
    ];
    for (const [raw, expected] of cases) {
      assert.match(problemOf(raw), expected);
    }
  });

  it("names the key of any value that has nothing behind it", () => {
    const paths = fc.constantFrom(
      ["endpoints", "broken", "capture"],
      ["endpoints", "broken", "rollout"],
      ["training", "broken"],
      ["training", "broken", "tuning"],
      ["notebook"],
      ["monitoring", "emails"],
      ["data", "ownKey"],
    );
    fc.assert(
      fc.property(validConfig, paths, (raw, path) => {
        const broken = path.reduceRight<unknown>((below, key) => ({ [key]: below }), null);
        const [key = ""] = path;
        const value = { ...raw, [key]: (broken as Record<string, unknown>)[key] };
        assert.match(problemsOf(value)[0]!, new RegExp(`^kennel:${path.join("\\.")} is empty`));
      }),
    );
  });

  const cases: readonly [string, RawConfig, RegExp][] = [
    [
      "a misspelt key",
      { endpionts: {} },
      /^kennel:endpionts is not a known key\. Did you mean kennel:endpoints\?$/,
    ],
    [
      "a misspelt key inside",
      { endpoints: { main: { scaling: { maxInstances: 2, maxInstence: 3 } } } },
      /^kennel:endpoints\.main\.scaling\.maxInstence is not a known key\. Did you mean kennel:endpoints\.main\.scaling\.maxInstances\?$/,
    ],
    [
      "a misspelt key of an alternative",
      { endpoints: { main: { serving: { mode: "realtime", instancetype: "ml.m5.large" } } } },
      /Did you mean kennel:endpoints\.main\.serving\.instanceType\?$/,
    ],
    [
      "a key like no other",
      { zebra: { a: 1 } },
      /^kennel:zebra is not a known key\. Known here: environment, endpoints, training, trainer, notebook, monitoring, budget, data, tags\.$/,
    ],
    [
      "a wrong value",
      { environment: "production" },
      /^kennel:environment is "production"\. Allowed: dev, staging, prod\. Example: dev$/,
    ],
    [
      "a number out of range",
      { endpoints: { main: { function: { timeout: 901 } } } },
      /^kennel:endpoints\.main\.function\.timeout is 901\. Allowed: a whole number from 1 to 900\. Example: 30$/,
    ],
    [
      "text for a number",
      { endpoints: { main: { function: { timeout: "30" } } } },
      /timeout is "30"\. Allowed: a whole number from 1 to 900/,
    ],
    [
      "a missing value",
      { endpoints: { main: { scaling: { minInstances: 1 } } } },
      /^kennel:endpoints\.main\.scaling\.maxInstances is missing\. Allowed: a whole number from 1 to 100\. Example: 4$/,
    ],
    [
      "a missing mode",
      { endpoints: { main: { serving: { instanceType: "ml.m5.large" } } } },
      /^kennel:endpoints\.main\.serving\.mode is missing\. Allowed: realtime, async, serverless\./,
    ],
    [
      "a name with capitals",
      { endpoints: { Main: {} } },
      /^kennel:endpoints\.Main is not a possible name\. Allowed: 1 to 20 lower-case letters/,
    ],
    [
      "a name that ends in a hyphen",
      { endpoints: { "main-": {} } },
      /^kennel:endpoints\.main- is not a possible name\./,
    ],
    ["text for an object", { endpoints: "main" }, /^kennel:endpoints is "main"\. Allowed: a map/],
    [
      "more instances at least than at most",
      { endpoints: { main: { scaling: { minInstances: 5, maxInstances: 3 } } } },
      /^kennel:endpoints\.main\.scaling\.minInstances is 5: it is more than maxInstances, which is 3\./,
    ],
    [
      "a start outside the bounds",
      {
        endpoints: {
          main: { serving: { mode: "realtime", instanceCount: 9 }, scaling: { maxInstances: 3 } },
        },
      },
      /^kennel:endpoints\.main\.serving\.instanceCount is 9: it is outside scaling's 1 to 3 instances/,
    ],
    [
      "scaling of a burstable instance",
      {
        endpoints: {
          main: {
            serving: { mode: "realtime", instanceType: "ml.t2.medium" },
            scaling: { maxInstances: 4 },
          },
        },
      },
      /^kennel:endpoints\.main\.serving\.instanceType is "ml\.t2\.medium": it is burstable.*take ml\.c5\.large/,
    ],
    [
      "scaling to nothing of what must answer at once",
      { endpoints: { main: { scaling: { minInstances: 0, maxInstances: 2 } } } },
      /^kennel:endpoints\.main\.scaling\.minInstances is 0: it leaves nothing that answers; only serving\.mode async/,
    ],
    [
      "scaling of what has no instances",
      { endpoints: { main: { serving: { mode: "serverless" }, scaling: { maxInstances: 2 } } } },
      /^kennel:endpoints\.main\.scaling is .*: it is for instances, which a serverless endpoint has none of/,
    ],
    [
      "an instance type of what has no instances",
      { endpoints: { main: { serving: { mode: "serverless", instanceType: "ml.m5.large" } } } },
      /^kennel:endpoints\.main\.serving\.instanceType is not a known key\. Known here: mode, memory/,
    ],
    [
      "a rollout in steps of a single instance",
      { endpoints: { main: { rollout: { strategy: "canary" } } } },
      /^kennel:endpoints\.main\.rollout\.strategy is "canary": it moves instances in steps, and there is only 1; have two/,
    ],
    [
      "a rollout in steps without instances",
      {
        endpoints: { main: { serving: { mode: "serverless" }, rollout: { strategy: "linear" } } },
      },
      /^kennel:endpoints\.main\.rollout\.strategy is "linear": it is for instances/,
    ],
    [
      "a rollout that ends before its steps",
      {
        endpoints: {
          main: {
            serving: { mode: "realtime", instanceCount: 4 },
            rollout: {
              strategy: "linear",
              percentage: 10,
              waitSeconds: 600,
              maximumSeconds: 3600,
            },
          },
        },
      },
      /^kennel:endpoints\.main\.rollout\.maximumSeconds is 3600: it is over before the rollout is: that waits for 6000 seconds/,
    ],
    [
      "too large a canary",
      {
        endpoints: {
          main: {
            serving: { mode: "realtime", instanceCount: 4 },
            rollout: { strategy: "canary", percentage: 51 },
          },
        },
      },
      /^kennel:endpoints\.main\.rollout\.percentage is 51\. Allowed: a whole number from 1 to 50/,
    ],
    [
      "an address that is none",
      { monitoring: { emails: ["team"] } },
      /^kennel:monitoring\.emails\[0\] is "team"\. Allowed: an e-mail address\. Example: team@example\.com/,
    ],
    [
      "a budget that nobody hears of",
      { budget: { monthlyDollars: 100, emails: [] } },
      /^kennel:budget\.emails is \[\]\. Allowed: a list of 1 to 10 e-mail addresses/,
    ],
    [
      "a function that an API would not wait for",
      { endpoints: { main: { function: { timeout: 31, access: { type: "api" } } } } },
      /^kennel:endpoints\.main\.function\.timeout is 31: it is more than the 30 seconds that an HTTP API waits/,
    ],
    [
      "a time that is none",
      {
        endpoints: {
          main: {
            scaling: {
              maxInstances: 2,
              schedule: [{ when: "every morning", minInstances: 1, maxInstances: 2 }],
            },
          },
        },
      },
      /^kennel:endpoints\.main\.scaling\.schedule\[0\]\.when is "every morning"\. Allowed: cron\(/,
    ],
    [
      "scheduled bounds the wrong way round",
      {
        endpoints: {
          main: {
            scaling: {
              maxInstances: 2,
              schedule: [{ when: "rate(1 day)", minInstances: 3, maxInstances: 2 }],
            },
          },
        },
      },
      /^kennel:endpoints\.main\.scaling\.schedule\[0\]\.minInstances is 3: it is more than maxInstances, which is 2/,
    ],
    [
      "the wrong target",
      {
        endpoints: {
          main: {
            serving: { mode: "async" },
            scaling: { maxInstances: 2, invocationsPerInstance: 20 },
          },
        },
      },
      /^kennel:endpoints\.main\.scaling\.invocationsPerInstance is 20: it is not a target for serving\.mode async; set backlogPerInstance/,
    ],
    [
      "a function that would wait for an async answer",
      { endpoints: { main: { serving: { mode: "async" }, function: {} } } },
      /^kennel:endpoints\.main\.function is .*: it waits for an answer, which an async endpoint/,
    ],
    [
      "recording of a serverless endpoint",
      { endpoints: { main: { serving: { mode: "serverless" }, capture: {} } } },
      /^kennel:endpoints\.main\.capture is .*: it is not possible with a serverless endpoint/,
    ],
    [
      "more warm than possible environments",
      {
        endpoints: {
          main: { serving: { mode: "serverless", maxConcurrency: 2, provisionedConcurrency: 3 } },
        },
      },
      /^kennel:endpoints\.main\.serving\.provisionedConcurrency is 3: it is more than maxConcurrency, which is 2/,
    ],
    [
      "more warm than reserved environments",
      {
        endpoints: { main: { function: { provisionedConcurrency: 6, reservedConcurrency: 5 } } },
      },
      /^kennel:endpoints\.main\.function\.provisionedConcurrency is 6: it is more than reservedConcurrency, which is 5\./,
    ],
    [
      "more trials at a time than in all",
      { training: { single: { tuning: { jobs: 2, parallelJobs: 3 } } } },
      /^kennel:training\.single\.tuning\.parallelJobs is 3: it is more than jobs, which is 2\./,
    ],
    [
      "more hyperparameters than a job takes",
      {
        training: {
          single: {
            hyperparameters: Object.fromEntries(
              Array.from({ length: 51 }, (_, index) => [`option-${index}`, index]),
            ),
          },
        },
      },
      /^kennel:training\.single\.hyperparameters is \{.*: it has 51 options in \d+ characters; at most 50 in 4000 reach train\.py\./,
    ],
    [
      "a hyperparameter in two spellings",
      { training: { single: { hyperparameters: { "batch-size": 32, batch_size: 64 } } } },
      /^kennel:training\.single\.hyperparameters is \{.*: it has batch_size twice: to train\.py, hyphens/,
    ],
    [
      "an access log of a bucket that is there",
      { data: { existing: "team-photos", accessLogs: "team-logs" } },
      /^kennel:data\.accessLogs is "team-logs": it is for a bucket that the stack creates/,
    ],
    [
      "a notebook's instance type for an endpoint",
      { endpoints: { main: { serving: { mode: "realtime", instanceType: "ml.t3.medium" } } } },
      /^kennel:endpoints\.main\.serving\.instanceType is "ml\.t3\.medium"\. Allowed: a SageMaker instance type for endpoints, so none of ml\.t3\./,
    ],
    [
      "more tags than an object in S3 can have",
      { tags: Object.fromEntries(["a", "b", "c", "d", "e", "f", "g"].map((tag) => [tag, "x"])) },
      /^kennel:tags is \{.*: it has 7 tags; with the stack's own four, objects in S3 have room for 6\..*at most 6 names/,
    ],
    [
      "a model's address that is too long",
      { endpoints: { main: { model: `models/${"d".repeat(950)}.tar.gz` } } },
      /^kennel:endpoints\.main\.model is "models.*: it has 964 characters; SageMaker takes addresses of at most 1024/,
    ],
    [
      "a notebook without a subnet in its VPC",
      { notebook: { instanceType: "ml.t3.medium", network: { type: "vpc" } } },
      /^kennel:notebook\.network\.subnetId is missing\. Allowed: the id of a subnet\. Example: subnet-/,
    ],
    [
      "a trainer open to the world",
      { trainer: { instanceType: "t3.large", allowedCidrs: ["0.0.0.0/0"] } },
      /^kennel:trainer\.allowedCidrs\[0\] is "0\.0\.0\.0\/0": it lets the whole internet try to log in\..*Example: 198/,
    ],
    [
      "a model that is not there",
      { endpoints: { main: { model: "no/such/model" } } },
      /^kennel:endpoints\.main\.model is "no\/such\/model": it is not a directory/,
    ],
    [
      "a SageMaker instance for EC2",
      { trainer: { instanceType: "ml.m5.large" } },
      /^kennel:trainer\.instanceType is "ml\.m5\.large"\. Allowed: an EC2 instance type \(without ml\.\)/,
    ],
    [
      "a tag of AWS's own",
      { tags: { "aws:x": "y" } },
      /^kennel:tags\["aws:x"\] is not a possible name/,
    ],
  ];

  for (const [title, raw, expected] of cases) {
    it(`explains ${title}`, () => {
      assert.match(problemOf(raw), expected);
    });
  }

  it("explains a missing or impossible region", () => {
    const saved = { ...process.env };
    delete process.env["AWS_REGION"];
    delete process.env["AWS_DEFAULT_REGION"];
    try {
      assert.throws(() => parseConfig({}, "kennel"), /aws:region is missing\..*us-east-1/);
      assert.throws(
        () => parseConfig({ "aws:region": "ireland" }, "kennel"),
        /aws:region is "ireland"/,
      );
    } finally {
      Object.assign(process.env, saved);
    }
  });

  it("refuses default tags that the stack's own would take the place of", () => {
    const values = { "aws:region": "us-east-1", "aws:defaultTags": '{"tags": {"Team": "dogs"}}' };
    assert.throws(() => parseConfig(values, "kennel"), /aws:defaultTags .*Set kennel:tags instead/);
  });

  it("explains a misspelt namespace", () => {
    assert.throws(
      () => parseConfig({ "aws:region": "us-east-1", "kenel:tags": "{}" }, "kennel"),
      /kenel:tags is not a known key\. Did you mean kennel:tags\?/,
    );
  });

  it("names the key of whatever is wrong", () => {
    const breakages = fc.constantFrom<readonly [(raw: RawConfig) => RawConfig, string]>(
      [(raw) => ({ ...raw, environment: "production" }), "kennel:environment"],
      [
        (raw) => ({ ...raw, data: { ...(raw["data"] ?? {}), cacheDays: 0 } }),
        "kennel:data.cacheDays",
      ],
      [(raw) => ({ ...raw, tags: { Team: 5 } }), "kennel:tags.Team"],
      [(raw) => ({ ...raw, trainers: { x: 1 } }), "kennel:trainers"],
      [
        (raw) => ({ ...raw, endpoints: { ...(raw["endpoints"] ?? {}), broken: { model: "" } } }),
        "kennel:endpoints.broken.model",
      ],
    );
    fc.assert(
      fc.property(validConfig, breakages, (raw, [breakIt, key]) => {
        assert.match(problemOf(breakIt(raw)), new RegExp(`^${key.replace(".", "\\.")} is `));
      }),
    );
  });

  it("refuses anything with a ConfigError and nothing else", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("endpoints", "trainer", "tags", "data", "x"), fc.jsonValue()),
        (raw) => {
          problemsOf(raw);
        },
      ),
    );
  });
});
