import assert from "node:assert/strict";
import { encodeConfig, type RawConfig } from "./testing/arbitrary-config";
import { allOf, only, type RecordedDocument, type RecordedStatement } from "./testing/find";
import { recordProgram } from "./offline/program";
import type { Recording } from "./offline/recorder";

const dataKey = "arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111";
const foreignKey = "arn:aws:kms:us-east-1:999999999999:key/22222222-2222-2222-2222-222222222222";
const dataBucket = "arn:aws:s3:::kennel-prod-data-123456789012-us-east-1";
const foreignBucket = "arn:aws:s3:::kennel-staging-data-999999999999-us-east-1";

const foreignModel = {
  model: "s3://kennel-staging-data-999999999999-us-east-1/models/1/model.tar.gz",
  modelKmsKeyArn: foreignKey,
};
const serving = { mode: "realtime", instanceType: "ml.m5.large", instanceCount: 2 };

/** Everything that touches something encrypted, with each place that a model can come from. */
const everything: RawConfig = {
  endpoints: {
    directory: { model: "samples/model", serving, function: { deadLetters: {} } },
    key: { model: "models/1/model.tar.gz", serving, capture: {} },
    uri: {
      model: "s3://kennel-prod-data-123456789012-us-east-1/models/1/model.tar.gz",
      serving: { ...serving, instanceType: "ml.g4dn.xlarge" },
    },
    foreign: { ...foreignModel, serving },
    shadow: { model: "models/1/model.tar.gz", serving, shadow: foreignModel },
    later: { model: "models/1/model.tar.gz", serving: { ...serving, mode: "async" } },
    rare: { model: "models/1/model.tar.gz", serving: { mode: "serverless", maxConcurrency: 1 } },
  },
  training: { job: { instanceType: "ml.m5.xlarge" } },
  trainer: { instanceType: "t3.large" },
  notebook: { instanceType: "ml.t3.medium" },
};

/** What KMS is asked when a role uses a key. */
interface KeyRequest {
  readonly action: string;
  readonly context: Readonly<Record<string, string>>;
}

const through = (service: string) => ({ "kms:ViaService": `${service}.us-east-1.amazonaws.com` });
const objectsOf = (bucket: string) => ({
  ...through("s3"),
  "kms:EncryptionContext:aws:s3:arn": bucket,
});
/** S3 user guide, "Using server-side encryption with AWS KMS keys", and its encryption context. */
const reads = (bucket: string): KeyRequest[] => [
  { action: "kms:Decrypt", context: objectsOf(bucket) },
  { action: "kms:Decrypt", context: objectsOf(`${bucket}/models/1/model.tar.gz`) },
];
/** The same; large objects are sent in parts ("Multipart upload API and permissions"). */
const writes = (bucket: string): KeyRequest[] => [
  ...reads(bucket),
  { action: "kms:GenerateDataKey", context: objectsOf(bucket) },
];
/** SageMaker developer guide, "How to use SageMaker AI execution roles", a KMS key in the output configuration. */
const output: KeyRequest[] = [
  { action: "kms:Encrypt", context: {} },
  { action: "kms:DescribeKey", context: {} },
];
/** The same, a volume KMS key; API reference, CreateEndpointConfig.KmsKeyId and RecommendationJobInputConfig. */
const disks: KeyRequest[] = [
  { action: "kms:CreateGrant", context: { "kms:GrantIsForAWSResource": "true" } },
];
/** SQS developer guide, "Key management", permissions of producers. */
const messages: KeyRequest[] = ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => ({
  action,
  context: through("sqs"),
}));

/** Every endpoint's role writes the answers of batches. */
const executes: KeyRequest[] = [...writes(dataBucket), ...output];

/** Which role uses which key for what. */
const uses: readonly {
  readonly role: string;
  readonly data?: readonly KeyRequest[];
  readonly foreign?: readonly KeyRequest[];
}[] = [
  { role: "directory-execution", data: [...executes, ...disks] },
  { role: "directory", data: messages },
  { role: "key-execution", data: [...executes, ...disks] },
  // Local disks are encrypted by the hardware.
  { role: "uri-execution", data: executes },
  { role: "foreign-execution", data: [...executes, ...disks], foreign: reads(foreignBucket) },
  {
    role: "shadow-execution",
    data: [...executes, ...disks],
    foreign: reads(foreignBucket),
  },
  { role: "later-execution", data: [...executes, ...disks] },
  { role: "rare-execution", data: executes },
  { role: "training", data: [...writes(dataBucket), ...output, ...disks] },
  { role: "trainer", data: writes(dataBucket) },
  { role: "notebook", data: [...writes(dataBucket), ...disks] },
];

const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** Whether a pattern with `*` matches all of a text. */
function matches(pattern: string, text: string | undefined): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return text !== undefined && new RegExp(`^${parts.join(".*")}$`).test(text);
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

function meets(
  { Condition = {} }: RecordedStatement,
  context: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(Condition as Conditions).every(([operator, keys]) => {
    assert.match(operator, /^(StringLike|ArnLike|Bool)$/);
    return Object.entries(keys).every(([key, patterns]) =>
      list(patterns).some((pattern) => matches(pattern, context[key])),
    );
  });
}

/** The statements about KMS of each role's policies, by the role's logical name or, of others' roles, its own. */
function roleStatements(recording: Recording<unknown>, role: string): RecordedStatement[] {
  return allOf(recording, "aws:iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) => String(inputs["role"]).replace(/-[0-9a-f]{7}$/, "") === role)
    .flatMap(({ inputs }) => (inputs["policy"] as RecordedDocument).Statement)
    .filter(({ Action }) => list(Action).some((action) => action.startsWith("kms:")));
}

function keyStatements(recording: Recording<unknown>): RecordedStatement[] {
  const keys = allOf(recording, "aws:kms/key:Key");
  return keys.flatMap(
    ({ inputs }) => (JSON.parse(String(inputs["policy"])) as RecordedDocument).Statement,
  );
}

/** Whether a role may do something with a key: its own policy says so, or that of the stack's own key. */
function isAllowed(
  recording: Recording<unknown>,
  role: { readonly name: string; readonly arn: string },
  key: string | undefined,
  { action, context }: KeyRequest,
): boolean {
  const allows = (statement: RecordedStatement): boolean =>
    list(statement.Action).includes(action) &&
    meets(statement, { ...context, "aws:PrincipalArn": role.arn });
  const byRole = roleStatements(recording, role.name).filter(
    ({ Resource = [] }) => key !== undefined && list(Resource).includes(key),
  );
  // A principal that is an account only lets IAM policies decide.
  const byKey = keyStatements(recording).filter(
    ({ Principal }) => key === undefined && JSON.stringify(Principal) === '{"AWS":"*"}',
  );
  return [...byRole, ...byKey].some(allows);
}

const ownRole = (name: string) => ({
  name,
  arn: `arn:aws:iam::123456789012:role/kennel/prod/${name}-0123456`,
});

function run(data: object, raw = everything, stage?: "preview"): Promise<Recording<unknown>> {
  return recordProgram({ stack: "prod", stage, config: encodeConfig({ ...raw, data }) });
}

describe("who may use which key", function () {
  this.timeout(30_000);

  for (const [what, data, key] of [
    ["the stack's own key", { ownKey: true }, undefined],
    ["your own key", { kmsKeyArn: dataKey }, dataKey],
  ] as const) {
    describe(`with ${what}`, () => {
      let recording: Recording<unknown>;
      before(async () => {
        recording = await run(data);
      });

      for (const { role, data: asked = [], foreign = [] } of uses) {
        it(`lets ${role} do what it does`, () => {
          const refused = [
            ...asked.filter((request) => !isAllowed(recording, ownRole(role), key, request)),
            ...foreign.filter(
              (request) => !isAllowed(recording, ownRole(role), foreignKey, request),
            ),
          ];
          assert.deepEqual(refused, []);
        });
      }

      it("gives no role more than that", () => {
        for (const { role, data: asked = [], foreign = [] } of uses) {
          const given = roleStatements(recording, role).flatMap(({ Action }) => list(Action));
          const needed = key === undefined ? foreign : [...asked, ...foreign];
          assert.deepEqual(
            [...new Set(given)].sort(),
            [...new Set(needed.map(({ action }) => action))].sort(),
            role,
          );
        }
      });

      it("lets nobody use the key past S3, for other buckets, or for grants of their own", () => {
        const requests = [
          { action: "kms:Decrypt", context: {} },
          ...reads("arn:aws:s3:::other"),
          { action: "kms:CreateGrant", context: {} },
          { action: "kms:CreateGrant", context: { "kms:GrantIsForAWSResource": "false" } },
        ];
        for (const { role } of uses.filter((each) => !each.foreign)) {
          for (const request of requests) {
            assert.equal(isAllowed(recording, ownRole(role), key, request), false, role);
          }
        }
      });

      it("lets only those use another stack's key who load a model from there, and read only", () => {
        const [read] = reads(foreignBucket);
        for (const { role, foreign } of uses) {
          const may = isAllowed(recording, ownRole(role), foreignKey, read!);
          assert.equal(may, foreign !== undefined, role);
          for (const request of [...disks, ...output, ...writes(foreignBucket).slice(2)]) {
            assert.equal(isAllowed(recording, ownRole(role), foreignKey, request), false, role);
          }
        }
      });
    });
  }

  it("lets roles of somebody else use the stack's own key, wherever they are, and no others", async () => {
    const role = { existing: "team-role" };
    const raw = { endpoints: { main: { model: "models/1/model.tar.gz", serving, role } } };
    const recording = await run({ ownKey: true }, raw);
    const [read] = reads(dataBucket);
    const mayRead = (arn: string) =>
      isAllowed(recording, { name: "team-role", arn }, undefined, read!);
    const roles = "arn:aws:iam::123456789012:role";
    assert.ok(mayRead(`${roles}/team-role`));
    assert.ok(mayRead(`${roles}/service-role/team-role`));
    for (const other of [
      `${roles}/other-team-role`,
      `${roles}/kennel/staging/main-execution-0123456`,
      `${roles}/kennel/prod-eu/main-execution-0123456`,
      "arn:aws:iam::999999999999:role/kennel/prod/main-execution-0123456",
    ]) {
      assert.equal(mayRead(other), false, other);
    }
  });

  it("says all of it in a first preview, by nothing that takes time to count", async () => {
    const recording = await run({ ownKey: true }, everything, "preview");
    const policies = recording.resources.map(({ inputs }) => inputs["policy"]).filter(Boolean);
    assert.ok(policies.length > 10);
    assert.doesNotMatch(JSON.stringify(policies), /__pulumiUnknown|ResourceAliases|ResourceTag/);
  });

  it("gives services the key itself, because a training job's disks take no alias", async () => {
    const recording = await run({ ownKey: true });
    const { result } = recording as Recording<{ training: { jobs: Record<string, unknown> } }>;
    const keys = JSON.stringify([
      result.training.jobs,
      recording.resources.map(({ inputs }) => inputs),
    ]).match(/arn:aws:kms:[^"\\]+/g);
    assert.ok(keys !== null && keys.length > 5);
    assert.deepEqual(
      [...new Set(keys)].filter((arn) => !arn.includes(":key/")),
      [],
    );
    assert.equal(
      only(recording, "aws:kms/alias:Alias").inputs["name"],
      `alias/${dataBucket.slice(13)}`,
    );
  });
});
