import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { ConfigError, parseConfig } from "../infra/config";
import { encodeConfig, type RawConfig } from "../infra/testing/arbitrary-config";
import { allOf } from "../infra/testing/find";
import { recordProgram } from "../infra/offline/program";
import type { RecordedResource, Recording } from "../infra/offline/recorder";

/** What one of the five systems consists of, in the words of its team's write-up. */
interface System {
  readonly notebook: string;
  readonly trainer: string;
  readonly sshFrom?: readonly string[];
  readonly keyName?: string;
  readonly trainerOptions?: Readonly<Record<string, unknown>>;
  readonly endpoints: Readonly<Record<string, EndpointFacts>>;
  readonly training: unknown;
}

interface EndpointFacts {
  readonly instanceType: string;
  readonly instances: readonly [least: number, most: number];
  readonly target: number;
  /** Seconds: in, out. */
  readonly cooldowns: readonly [scaleIn: number, scaleOut: number];
  readonly function?: {
    readonly reserved: number;
    readonly provisioned?: number;
    readonly requestsPerSecond?: number;
  };
}

/** What stands where a write-up says nothing. */
const defaults = {
  instanceType: "ml.c5.large",
  target: 600,
  cooldowns: [300, 60],
} as const;

const unreserved = -1;

const systems: Readonly<Record<string, System>> = {
  "000": {
    notebook: "ml.t3.medium",
    trainer: "m5.xlarge",
    endpoints: {
      main: {
        ...defaults,
        instances: [1, 4],
        target: 20,
        function: { reserved: unreserved, provisioned: 10 },
      },
    },
    training: {
      main: {
        type: "ml.m5.xlarge",
        count: 1,
        tuning: { type: "ml.m5.xlarge", jobs: 4, parallel: 1, stopping: "Auto" },
      },
    },
  },
  "001": {
    notebook: "ml.t2.medium",
    trainer: "t2.medium",
    endpoints: {
      main: {
        ...defaults,
        instances: [1, 3],
        cooldowns: [300, 30],
        function: { reserved: 5, provisioned: 2 },
      },
    },
    training: {
      main: {
        type: "ml.m5.xlarge",
        count: 1,
        tuning: { type: "ml.m5.xlarge", jobs: 4, parallel: 1, stopping: "Auto" },
      },
    },
  },
  "002": {
    notebook: "ml.t3.medium",
    trainer: "g4dn.xlarge",
    trainerOptions: { epochs: 1 },
    endpoints: {
      single: {
        ...defaults,
        instances: [1, 2],
        function: { reserved: unreserved, provisioned: 1 },
      },
      multi: { ...defaults, instances: [1, 2] },
    },
    training: {
      single: { type: "ml.g4dn.xlarge", count: 1, epochs: 1 },
      multi: { type: "ml.g4dn.xlarge", count: 2, epochs: 1 },
    },
  },
  "003": {
    notebook: "ml.t2.medium",
    trainer: "t3.xlarge",
    sshFrom: ["198.51.100.7/32"],
    endpoints: {
      single: {
        ...defaults,
        instances: [1, 5],
        target: 180,
        function: { reserved: 100, requestsPerSecond: 20 },
      },
      multi: {
        ...defaults,
        instances: [1, 5],
        target: 180,
        function: { reserved: 100, requestsPerSecond: 20 },
      },
    },
    training: {
      single: {
        type: "ml.m5.2xlarge",
        count: 1,
        tuning: { type: "ml.m5.2xlarge", jobs: 12, parallel: 3, stopping: "Auto" },
      },
      multi: { type: "ml.m5.2xlarge", count: 4, backend: "gloo" },
    },
  },
  "004": {
    notebook: "ml.t2.medium",
    trainer: "m5.2xlarge",
    sshFrom: ["198.51.100.7/32"],
    keyName: "kennel",
    endpoints: {
      single: { ...defaults, instances: [1, 4], cooldowns: [30, 300] },
      multi: {
        ...defaults,
        instances: [1, 4],
        cooldowns: [30, 300],
        function: { reserved: 100, provisioned: 3 },
      },
    },
    training: {
      single: {
        type: "ml.m5.2xlarge",
        count: 1,
        batchSize: 32,
        learningRate: "0.00834462420525608",
        tuning: { type: "ml.m5.xlarge", jobs: 2, parallel: 1, stopping: "Auto" },
      },
      multi: {
        type: "ml.m5.2xlarge",
        count: 4,
        batchSize: 32,
        learningRate: "0.00834462420525608",
      },
    },
  },
};

/** A stack file's settings below the project's namespace. */
function readSystem(name: string): RawConfig {
  const file = path.join(__dirname, `Pulumi.${name}.yaml`);
  const { config } = parse(fs.readFileSync(file, "utf8")) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key]) => key.startsWith("kennel:"))
      .map(([key, value]) => [key.slice("kennel:".length), value]),
  );
}

function inputsByName(recording: Recording<unknown>, type: string) {
  return Object.fromEntries(allOf(recording, type).map(({ name, inputs }) => [name, inputs]));
}

function endpointFacts(recording: Recording<unknown>, endpoint: RecordedResource): EndpointFacts {
  const { name } = endpoint;
  const of = (type: string) => inputsByName(recording, type)[name];
  const configuration = of("aws:sagemaker/endpointConfiguration:EndpointConfiguration");
  const [variant] = configuration?.["productionVariants"] as Record<string, unknown>[];
  const target = of("aws:appautoscaling/target:Target");
  const tracking = of("aws:appautoscaling/policy:Policy")?.[
    "targetTrackingScalingPolicyConfiguration"
  ] as Record<string, number>;
  const lambda = of("aws:lambda/function:Function");
  const throttling = of("aws:apigatewayv2/stage:Stage")?.["defaultRouteSettings"] as
    | { readonly throttlingRateLimit: number }
    | undefined;
  const provisioned = of("aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig");
  return {
    instanceType: String(variant?.["instanceType"]),
    instances: [Number(target?.["minCapacity"]), Number(target?.["maxCapacity"])],
    target: tracking["targetValue"]!,
    cooldowns: [tracking["scaleInCooldown"]!, tracking["scaleOutCooldown"]!],
    ...(lambda === undefined
      ? {}
      : {
          function: {
            reserved: Number(lambda["reservedConcurrentExecutions"]),
            ...(provisioned === undefined
              ? {}
              : { provisioned: Number(provisioned["provisionedConcurrentExecutions"]) }),
            ...(throttling === undefined
              ? {}
              : { requestsPerSecond: throttling.throttlingRateLimit }),
          },
        }),
  };
}

interface Job {
  readonly instanceType: string;
  readonly instanceCount: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly trainingJob: { readonly HyperParameters: Readonly<Record<string, string>> };
  readonly tuning?: {
    readonly instanceType: string;
    readonly jobs: number;
    readonly parallelJobs: number;
    readonly earlyStopping: string;
  };
}

/** The stack's output `training`, in the words of the write-ups. */
function trainingFacts(output: unknown): unknown {
  const { jobs } = output as { jobs: Record<string, Job> };
  const known = Object.entries(jobs).map(([name, job]) => {
    const { tuning, hyperparameters } = job;
    const facts = {
      type: job.instanceType,
      count: job.instanceCount,
      backend: hyperparameters["backend"],
      epochs: hyperparameters["epochs"],
      batchSize: hyperparameters["batch-size"],
      // As train.py gets it, to the last digit.
      learningRate: job.trainingJob.HyperParameters["learning_rate"],
      tuning: tuning && {
        type: tuning.instanceType,
        jobs: tuning.jobs,
        parallel: tuning.parallelJobs,
        stopping: tuning.earlyStopping,
      },
    };
    const stated = Object.entries(facts).filter(([, value]) => value !== undefined);
    return [name, Object.fromEntries(stated)];
  });
  return Object.fromEntries(known) as unknown;
}

describe("the five systems", function () {
  this.timeout(120_000);

  it("each have a stack file", () => {
    const files = fs.readdirSync(__dirname).filter((file) => file.endsWith(".yaml"));
    assert.deepEqual(
      files.sort(),
      Object.keys(systems).map((name) => `Pulumi.${name}.yaml`),
    );
  });

  for (const [name, system] of Object.entries(systems)) {
    describe(name, () => {
      let recording: Recording<Record<string, unknown>>;
      before(async () => {
        recording = await recordProgram({
          stack: name,
          config: encodeConfig(readSystem(name)),
        });
      });

      it("has exactly its endpoints, functions, instances, concurrency and cooldowns", () => {
        const endpoints = allOf(recording, "aws:sagemaker/endpoint:Endpoint");
        const facts = endpoints.map((endpoint) => [
          endpoint.name,
          endpointFacts(recording, endpoint),
        ]);
        assert.deepEqual(Object.fromEntries(facts), system.endpoints);
      });

      it("connects each function to the endpoint of its name", () => {
        const endpoints = inputsByName(recording, "aws:sagemaker/endpoint:Endpoint");
        for (const lambda of allOf(recording, "aws:lambda/function:Function")) {
          assert.deepEqual(lambda.inputs["environment"], {
            variables: { ENDPOINT_NAME: endpoints[lambda.name]?.["name"] },
          });
        }
      });

      it("has its notebook", () => {
        const notebooks = allOf(recording, "aws:sagemaker/notebookInstance:NotebookInstance");
        assert.deepEqual(
          notebooks.map(({ inputs }) => inputs["instanceType"]),
          [system.notebook],
        );
      });

      it("has its trainer, which admits only whom it says", () => {
        const [trainer, ...others] = allOf(recording, "aws:ec2/instance:Instance");
        assert.equal(others.length, 0);
        assert.equal(trainer?.inputs["instanceType"], system.trainer);
        assert.equal(trainer.inputs["keyName"], system.keyName);
        const rules = allOf(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
        assert.deepEqual(
          rules.map(({ inputs }) => inputs["cidrIpv4"]),
          system.sshFrom ?? [],
        );
      });

      it("gives its trainer the options of its training", () => {
        const { trainer } = parseConfig(encodeConfig(readSystem(name)), "kennel");
        assert.deepEqual(trainer?.hyperparameters, system.trainerOptions ?? {});
      });

      it("has its training and tuning jobs", () => {
        assert.deepEqual(trainingFacts(recording.result["training"]), system.training);
      });
    });
  }

  it("let 003 scale out before its instances are busy all the time", () => {
    const secondsForPrediction = 0.25;
    for (const { target } of Object.values(systems["003"]!.endpoints)) {
      assert.ok(target < 60 / secondsForPrediction);
    }
  });

  it("explain why 004's endpoints cannot be what they were, and what they can be", () => {
    const raw = readSystem("004");
    const { single } = raw["endpoints"] as Record<string, object>;
    const serving = { mode: "realtime", instanceType: "ml.t2.medium" };
    const asItWas = { ...raw, endpoints: { single: { ...single, serving } } };
    assert.throws(
      () => parseConfig(encodeConfig(asItWas), "kennel"),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError);
        assert.match(
          error.problems.join(),
          /^kennel:endpoints\.single\.serving\.instanceType is "ml\.t2\.medium": it is burstable, and SageMaker cannot scale burstable instances; take ml\.c5\.large, or remove scaling\./,
        );
        return true;
      },
    );
  });
});
