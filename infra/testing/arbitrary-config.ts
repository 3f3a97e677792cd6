import fc from "fast-check";
import { withEnvironmentNeeds } from "./environment-needs";

/** What may stand under the project's namespace in a stack file, before any default is filled in. */
export type RawConfig = Readonly<Record<string, unknown>>;

/** Configuration as Pulumi hands it to the program: text by full key, structured values as JSON. */
export function encodeConfig(
  raw: RawConfig,
  namespace = "kennel",
  region = "us-east-1",
): Record<string, string> {
  const encoded = Object.entries(raw)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [
      `${namespace}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
  return { "aws:region": region, ...Object.fromEntries(encoded) };
}

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,9})?$/);
const model = fc.constantFrom(
  "s3://team-models/dogs/model.tar.gz",
  "models/dogs/model.tar.gz",
  `models/${"d".repeat(936)}.tar.gz`,
);
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const scalableInstance = fc.constantFrom("ml.m5.large", "ml.c5.2xlarge", "ml.g4dn.xlarge");
const anyInstance = fc.oneof(scalableInstance, fc.constantFrom("ml.t2.medium", "ml.t2.2xlarge"));

const bounds = (least: number) =>
  fc
    .tuple(fc.integer({ min: least, max: 100 }), fc.integer({ min: 0, max: 99 }))
    .map(([minInstances, more]) => ({
      minInstances,
      maxInstances: Math.max(1, Math.min(100, minInstances + more)),
    }));

const schedule = fc.constantFrom(
  [],
  [{ when: "cron(0 7 ? * MON-FRI *)", minInstances: 1, maxInstances: 8 }],
  [{ when: "rate(1 day)", timezone: "Europe/Berlin", minInstances: 2, maxInstances: 2 }],
);

/** Steps of one direction, from a load on: [how far to the next one, how many]. */
const stairs = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 100 })),
  { minLength: 1, maxLength: 20 },
);

const scalingSteps = (metrics: readonly string[]) =>
  fc
    .record(
      {
        metric: fc.constantFrom(...metrics),
        aggregation: fc.constantFrom("average", "minimum", "maximum"),
        unit: fc.constantFrom("instances", "percent"),
        up: stairs,
        down: stairs,
      },
      { requiredKeys: ["metric", "up", "down"] },
    )
    .map(({ up, down, ...rest }) => {
      let [from, upTo] = [1001, 1000];
      return {
        ...rest,
        scaleOut: up.map(([gap, add]) => ({ from: (from += gap), add })),
        scaleIn: down.map(([gap, remove]) => ({ upTo: (upTo -= gap), remove })),
      };
    });

const network = fc.record(
  {
    subnetIds: fc.constant(["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]),
    securityGroupIds: fc.constantFrom(
      ["sg-0123456789abcdef0"],
      ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
    ),
    isolated: fc.boolean(),
  },
  { requiredKeys: ["subnetIds", "securityGroupIds"] },
);

const shadow = fc.record(
  {
    model: fc.constantFrom("s3://team-models/next/model.tar.gz", "models/next/model.tar.gz"),
    instanceType: fc.constantFrom("ml.m5.large", "ml.t2.medium", "ml.g4dn.xlarge"),
    instanceCount: fc.integer({ min: 1, max: 100 }),
    percentage: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: ["model"] },
);

const topicArn = "arn:aws:sns:us-east-1:123456789012:dog-photos";

const pace = {
  schedule,
  scaleInCooldown: fc.integer({ min: 0, max: 3600 }),
  scaleOutCooldown: fc.integer({ min: 0, max: 3600 }),
};
const target = fc.integer({ min: 1, max: 1_000_000 });

/** Bounds with a target or with steps. */
function scalingOf(
  limits: { readonly minInstances: number; readonly maxInstances: number },
  targets: Readonly<Record<string, fc.Arbitrary<number>>>,
  steps: fc.Arbitrary<object>,
): fc.Arbitrary<object> {
  const withPolicy = (policy: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
    fc
      .record({ ...policy, ...pace }, { requiredKeys: [] })
      .map((settings) => ({ ...limits, ...settings }));
  return fc.oneof(withPolicy(targets), withPolicy({ steps }));
}

/** What a function's concurrency may be, given how many environments are reserved at least. */
const concurrency = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 900 }))
  .chain(([provisionedConcurrency, more]) => {
    const reservedConcurrency = provisionedConcurrency + more;
    const scaling = {
      maxConcurrency: reservedConcurrency,
      utilizationPercent: 50,
      schedule: [{ when: "rate(1 day)", minConcurrency: 0, maxConcurrency: 1 }],
    };
    return fc.constantFrom<object>(
      {},
      { reservedConcurrency },
      { provisionedConcurrency },
      { provisionedConcurrency, reservedConcurrency },
      { provisionedConcurrency, scaling: { maxConcurrency: provisionedConcurrency } },
      { provisionedConcurrency, reservedConcurrency, scaling },
    );
  });

const lambda = fc
  .record(
    {
      memory: fc.integer({ min: 128, max: 10_240 }),
      timeout: fc.integer({ min: 1, max: 30 }),
      concurrency,
      deadLetters: fc.record(
        {
          retries: fc.integer({ min: 0, max: 2 }),
          maximumAgeSeconds: fc.integer({ min: 60, max: 21_600 }),
          retentionDays: fc.integer({ min: 1, max: 14 }),
        },
        { requiredKeys: [] },
      ),
      logRetentionDays: fc.constantFrom(7, 30, 3653),
      tracing: fc.boolean(),
      access: fc.constantFrom<object>(
        { type: "url" },
        { type: "none" },
        { type: "api", ratePerSecond: 5, burst: 10 },
      ),
    },
    { requiredKeys: ["concurrency"] },
  )
  .map(({ concurrency: warm, ...settings }) => ({ ...settings, ...warm }));

const capture = fc.record({ percentage: fc.integer({ min: 1, max: 100 }) }, { requiredKeys: [] });

const rollout = fc.oneof(
  fc.constantFrom<object>(
    { strategy: "all-at-once" },
    { strategy: "all-at-once", waitSeconds: 3600, maximumSeconds: 14_400 },
  ),
  fc
    .tuple(
      fc.constantFrom("canary", "linear", "rolling"),
      fc.integer({ min: 10, max: 50 }),
      fc.integer({ min: 0, max: 1000 }),
    )
    .map(([strategy, percentage, waitSeconds]) => ({
      strategy,
      percentage,
      waitSeconds,
      maximumSeconds: Math.min(14_400, 600 + Math.ceil(100 / percentage) * waitSeconds),
    })),
);

const scaledEndpoint = bounds(1).chain(({ minInstances, maxInstances }) =>
  fc.record(
    {
      model,
      serving: fc.record(
        {
          mode: fc.constant("realtime"),
          instanceType: scalableInstance,
          instanceCount: fc.integer({ min: minInstances, max: maxInstances }),
          network,
        },
        { requiredKeys: ["mode"] },
      ),
      scaling: scalingOf(
        { minInstances, maxInstances },
        { invocationsPerInstance: target },
        scalingSteps(["invocations", "latency", "cpu", "gpu"]),
      ),
      rollout: minInstances < 2 ? fc.constant({ strategy: "all-at-once" }) : rollout,
      capture,
      function: lambda,
    },
    { requiredKeys: ["scaling"] },
  ),
);

const asyncEndpoint = bounds(0).chain(({ minInstances, maxInstances }) =>
  fc.record(
    {
      model,
      serving: fc.record(
        {
          mode: fc.constant("async"),
          instanceType: scalableInstance,
          concurrentPerInstance: fc.integer({ min: 1, max: 1000 }),
          notifications: fc.constantFrom(
            {},
            { successTopicArn: topicArn },
            { successTopicArn: topicArn, errorTopicArn: topicArn },
          ),
          network,
        },
        { requiredKeys: ["mode"] },
      ),
      scaling: scalingOf(
        { minInstances, maxInstances },
        { backlogPerInstance: target },
        scalingSteps(["backlog", "latency", "cpu", "gpu"]),
      ),
      capture,
    },
    { requiredKeys: ["serving"] },
  ),
);

const serverlessEndpoint = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }))
  .chain(([provisionedConcurrency, more]) =>
    fc.record(
      {
        model,
        serving: fc.record(
          {
            mode: fc.constant("serverless"),
            memory: fc.constantFrom(1024, 6144),
            maxConcurrency: fc.constant(provisionedConcurrency + more),
            provisionedConcurrency: fc.constant(provisionedConcurrency),
          },
          { requiredKeys: ["mode", "maxConcurrency"] },
        ),
        function: lambda,
      },
      { requiredKeys: ["serving"] },
    ),
  );

const role = fc.constantFrom({ existing: "team-role" }, { existing: "team-role", attach: true });

const fixedEndpoint = fc.record(
  {
    model,
    serving: fc.record(
      {
        mode: fc.constant("realtime"),
        instanceType: anyInstance,
        instanceCount: fc.integer({ min: 1, max: 100 }),
        network,
      },
      { requiredKeys: ["mode"] },
    ),
    shadow,
    role,
    function: lambda,
  },
  { requiredKeys: [] },
);

/** Few options of train.py, or as many characters as are allowed. */
const hyperparameters = fc.oneof(
  fc.dictionary(
    fc.constantFrom("batch-size", "learning_rate", "backend"),
    fc.oneof(fc.integer(), fc.constant("gloo")),
  ),
  fc.constant({ epochs: 5, backbone: "resnet18" }),
  fc.constant(
    Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`option-${index}`, "v".repeat(60)]),
    ),
  ),
);

/** Around an endpoint of somebody else's, whose model, instances and role are not in the configuration. */
const existingEndpoint = fc.record(
  {
    existing: fc.constant("team-dogs"),
    scaling: fc.constant({ minInstances: 1, maxInstances: 3 }),
    function: lambda,
  },
  { requiredKeys: ["existing"] },
);

const trainer = fc.record(
  {
    role,
    instanceType: fc.constantFrom("t3.large", "g4dn.xlarge", "m5.2xlarge"),
    allowedCidrs: fc.uniqueArray(
      fc.constantFrom("198.51.100.7/32", "203.0.113.0/24", "10.20.0.0/16", "2001:db8::/32"),
    ),
    keyName: fc.constant("team-key"),
    amiFlavour: fc.constant("base-oss-nvidia-driver-gpu-ubuntu-24.04"),
    volumeSize: fc.integer({ min: 75, max: 16_384 }),
    idleMinutes: fc.integer({ min: 10, max: 1440 }),
    startTraining: fc.boolean(),
    hyperparameters,
    spot: fc.boolean(),
    subnetId: fc.constant("subnet-0123456789abcdef0"),
  },
  { requiredKeys: ["instanceType"] },
);

const notebook = fc.record(
  {
    role,
    instanceType: fc.constantFrom("ml.t3.medium", "ml.t2.medium"),
    volumeSize: fc.integer({ min: 5, max: 16_384 }),
    idleMinutes: fc.integer({ min: 10, max: 1440 }),
    network: fc.constantFrom(
      { type: "internet" },
      { type: "vpc", subnetId: "subnet-0123456789abcdef0" },
    ),
    repository: fc.constantFrom(
      "https://github.com/team/dogs.git",
      `https://git.example.com/${"d".repeat(984)}`,
    ),
  },
  { requiredKeys: ["instanceType"] },
);

const tuning = fc
  .tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 400 }))
  .chain(([parallelJobs, more]) =>
    fc.record(
      {
        instanceType: fc.constantFrom("ml.m5.xlarge", "ml.g4dn.xlarge"),
        jobs: fc.constant(parallelJobs + more),
        parallelJobs: fc.constant(parallelJobs),
        earlyStopping: fc.constantFrom("Auto", "Off"),
      },
      { requiredKeys: ["jobs", "parallelJobs"] },
    ),
  );

const training = fc.record(
  {
    role,
    instanceType: fc.constantFrom("ml.m5.2xlarge", "ml.g4dn.xlarge"),
    instanceCount: fc.integer({ min: 1, max: 20 }),
    volumeSize: fc.integer({ min: 5, max: 16_384 }),
    maximumMinutes: fc.integer({ min: 5, max: 40_320 }),
    spot: fc.boolean(),
    hyperparameters,
    tuning,
  },
  { requiredKeys: [] },
);

const retention = {
  kmsKeyArn: fc.constant(keyArn),
  oldVersionsDays: fc.integer({ min: 1, max: 3650 }),
  captureDays: fc.integer({ min: 1, max: 3650 }),
  cacheDays: fc.integer({ min: 1, max: 3650 }),
};
/** The log of an existing bucket is turned on elsewhere. */
const data = fc.oneof(
  fc.record({ ...retention, existing: fc.constant("team-dog-photos") }, { requiredKeys: [] }),
  fc.record({ ...retention, accessLogs: fc.constant("team-access-logs") }, { requiredKeys: [] }),
);

const emails = fc.constant(["team@example.com", "on-call@example.com"]);
const monitoring = fc.record(
  {
    emails,
    webhooks: fc.constant(["https://events.example.com/integration/0123456789abcdef"]),
    latencyMilliseconds: fc.integer({ min: 10, max: 60_000 }),
    serverErrorPercent: fc.integer({ min: 1, max: 100 }),
    clientErrorPercent: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: ["emails"] },
);
const budget = fc.record({ monthlyDollars: fc.integer({ min: 1, max: 1_000_000 }), emails });

const anySettings: fc.Arbitrary<RawConfig> = fc.record(
  {
    environment: fc.constantFrom("dev", "staging", "prod"),
    endpoints: fc.dictionary(
      name,
      fc
        .tuple(
          fc.oneof<fc.Arbitrary<object>[]>(
            scaledEndpoint,
            fixedEndpoint,
            asyncEndpoint,
            serverlessEndpoint,
            existingEndpoint,
          ),
          fc.boolean(),
        )
        .map(withModelKey),
      { maxKeys: 3 },
    ),
    training: fc.dictionary(name, training, { maxKeys: 2 }),
    trainer,
    notebook,
    monitoring,
    budget,
    data,
    tags: fc.dictionary(
      fc.constantFrom("Team", "Cost center", "Größe", "a:b", "c/d", "e@f"),
      fc.constantFrom("dogs", "x", "x".repeat(256)),
    ),
  },
  { requiredKeys: [] },
);

/** Names the key of a foreign bucket now and then. */
function withModelKey([endpoint, isNamed]: [object, boolean]): object {
  const { model: source } = endpoint as { model?: string };
  return isNamed && source?.startsWith("s3://") === true
    ? { ...endpoint, modelKmsKeyArn: keyArn }
    : endpoint;
}

/** Every configuration that must be accepted; add each new setting above. */
export const validConfig: fc.Arbitrary<RawConfig> = anySettings.map(withEnvironmentNeeds);
