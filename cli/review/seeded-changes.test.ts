import assert from "node:assert/strict";

import { pageOf } from "./page";
import { reviewChange } from "./review-change";
import type { Side } from "./side";
import { evaluatedSide, withInputs, without, withResource } from "./testing/seeds";

interface Statement extends Record<string, unknown> {
  readonly Sid: string;
  readonly Action: string | readonly string[];
}
interface Document {
  Statement: Statement[];
}

describe("a review of a seeded change", function () {
  this.timeout(60_000);

  const ROLE = "aws:iam/role:Role";
  let base: Side;

  before(async () => (base = await evaluatedSide()));

  /** What is said of access, secrets, cost and change; of a resource what happens to it, without its properties. */
  const linesOf = (after: Side): string[] => {
    const review = reviewChange(base, after);
    const { sections } = pageOf(review);
    const consequences = new Set(review.changes.flatMap((each) => each.consequences));
    return sections
      .filter(({ title }) => title !== "Blast radius")
      .flatMap(({ title, summary, items }) => [
        `${title}: ${summary}`,
        ...items.flatMap(({ text, details }) => [
          text,
          ...details.filter((line) => title !== "Change" || consequences.has(line)),
        ]),
      ])
      .map((line) => line.replace(/[0-9a-f]{16}/g, "HASH"));
  };
  const withStatements = (change: (statements: Statement[]) => object[]): Side =>
    withInputs(base, "aws:iam/rolePolicy:RolePolicy", "main-execution", (inputs) => {
      const document = inputs["policy"] as Document;
      document.Statement = change(document.Statement) as Statement[];
    });
  const withTrust = (change: (statement: Record<string, unknown>) => void): Side =>
    withInputs(base, ROLE, "main-execution", (inputs) => {
      change((inputs["assumeRolePolicy"] as Document).Statement[0]!);
    });

  const SAME_COST = "Cost: 74.46 USD a month at rest, 148.92 at most";
  const SAME_ACCESS = "Access: no change in access";
  const MODELS = "arn:aws:s3:::kennel-dev-data-123456789012-us-east-1/models/";
  const batches = (sign: string, endpoint: string): string[] => {
    const data = "arn:aws:s3:::kennel-dev-data-123456789012-us-east-1";
    const batch = `${data}/batch/${endpoint}`;
    return [
      `${sign} s3:GetObject on ${batch}/requests/`,
      `${sign} s3:ListBucket on ${data} where s3:prefix batch/${endpoint}/requests/`,
      `${sign} s3:PutObject on ${batch}/answers/`,
      `${sign} s3:AbortMultipartUpload on ${batch}/answers/`,
    ];
  };
  const logs = (sign: string, endpoint: string): string[] => {
    const group = `arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/${endpoint}`;
    return [
      `${sign} logs:CreateLogGroup on ${group}`,
      `${sign} logs:DescribeLogStreams on ${group}`,
      `${sign} logs:CreateLogStream on ${group}:log-stream:`,
      `${sign} logs:PutLogEvents on ${group}:log-stream:`,
    ];
  };
  /** What a change of the instance type replaces, since the endpoint's name holds it. */
  const REPLACED_ENDPOINT = [
    "Change: 9 updated, 5 replaced",
    "replaced by namePrefix; productionVariants: aws:sagemaker:EndpointConfiguration main",
    "kept: the old one stays in AWS, outside of the stack",
    "replaced by name: aws:sagemaker:Endpoint main",
    "interrupted: callers must use the new endpoint",
    "replaced by name: aws:iam:RolePolicy main-invoke",
    "replaced by resourceId: aws:appautoscaling:Target main",
    "replaced by resourceId; scalableDimension and serviceNamespace, with aws:appautoscaling:Target main: aws:appautoscaling:Policy main",
    "updated: aws:cloudwatch:Dashboard dashboard",
    "updated: aws:iam:Role main-execution",
    "updated: aws:cloudwatch:MetricAlarm main-disk",
    "updated: aws:cloudwatch:MetricAlarm main-load",
    "updated: aws:cloudwatch:MetricAlarm main-latency",
    "updated: aws:cloudwatch:MetricAlarm main-5xx",
    "updated: aws:cloudwatch:MetricAlarm main-4xx",
    "updated: aws:iam:RolePolicy main-execution",
    "updated: aws:lambda:Function main",
  ];
  const POLICY_UPDATED = ["Change: 1 updated", "updated: aws:iam:RolePolicy main-execution"];
  const TRUST_UPDATED = ["Change: 1 updated", "updated: aws:iam:Role main-execution"];
  const REWRITTEN = [
    "Access: no change in access: 1 policy rewritten",
    "role main-execution: rewritten, no change in access",
    ...POLICY_UPDATED,
    SAME_COST,
  ];

  const SEEDS: Record<
    string,
    { change: () => Side | Promise<Side>; lines: readonly (string | RegExp)[] }
  > = {
    nothing: { change: () => evaluatedSide(), lines: [] },
    "role widened": {
      change: () =>
        withStatements(([first, ...rest]) => [
          { ...first, Action: ["s3:GetObject", "s3:PutObject"] },
          ...rest,
        ]),
      lines: [
        "Access: 1 newly allowed, 0 no longer allowed",
        "role main-execution: is allowed more",
        `+ s3:PutObject on ${MODELS}`,
        ...POLICY_UPDATED,
        SAME_COST,
      ],
    },
    "role narrowed": {
      change: () => withStatements((statements) => statements.slice(1)),
      lines: [
        "Access: 0 newly allowed, 1 no longer allowed",
        "role main-execution: is allowed less",
        `- s3:GetObject on ${MODELS}`,
        ...POLICY_UPDATED,
        SAME_COST,
      ],
    },
    "Sid renamed": {
      change: () =>
        withStatements((statements) =>
          statements.map((each, index) => ({ ...each, Sid: `S${index}` })),
        ),
      lines: REWRITTEN,
    },
    "statements split and reordered": {
      change: () =>
        withStatements((statements) =>
          statements
            .flatMap((each) =>
              [each.Action]
                .flat()
                .map((Action, index) => ({ ...each, Action, Sid: each.Sid + index })),
            )
            .reverse(),
        ),
      lines: REWRITTEN,
    },
    "NotAction for a list": {
      change: () =>
        withStatements((statements) =>
          statements.map(({ Action, ...rest }) =>
            JSON.stringify(Action).includes("ecr:BatchGetImage")
              ? { ...rest, NotAction: ["iam:*", "sts:*"] }
              : { ...rest, Action },
          ),
        ),
      lines: [
        "Access: 1 newly allowed, 0 no longer allowed",
        "role main-execution: is allowed more",
        /^\+ (?!iam|sts)[\w-]+:\w+ on arn:aws:ecr:us-east-1:123456789012:repository\/kennel-dev\/inference$/,
        ...POLICY_UPDATED,
        SAME_COST,
      ],
    },
    "condition dropped": {
      change: () => withTrust((statement) => delete statement["Condition"]),
      lines: [
        "Access: 1 newly allowed, 0 no longer allowed",
        "trust of role main-execution: allows more",
        "+ sts:AssumeRole by sagemaker.amazonaws.com",
        ...TRUST_UPDATED,
        SAME_COST,
      ],
    },
    "condition loosened": {
      change: () =>
        withTrust((statement) => {
          const accounts = ["123456789012", "210987654321"];
          statement["Condition"] = { StringEquals: { "aws:SourceAccount": accounts } };
        }),
      lines: [
        "Access: 1 newly allowed, 0 no longer allowed",
        "trust of role main-execution: allows more",
        "+ sts:AssumeRole by sagemaker.amazonaws.com where aws:SourceAccount 210987654321",
        ...TRUST_UPDATED,
        SAME_COST,
      ],
    },
    "new endpoint": {
      change: () =>
        evaluatedSide((settings) => (settings.endpoints["second"] = { model: "samples/model" })),
      lines: [
        "Access: 14 newly allowed, 0 no longer allowed",
        "role second-execution (new): is allowed more",
        "+ s3:GetObject on arn:aws:s3:::kennel-dev-data-123456789012-us-east-1/models/",
        ...batches("+", "kennel-dev-second-16d98b").slice(1),
        "+ ecr:BatchCheckLayerAvailability on arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/inference",
        "+ ecr:BatchGetImage on arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/inference",
        "+ ecr:GetDownloadUrlForLayer on arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/inference",
        "+ ecr:GetAuthorizationToken on *",
        ...logs("+", "kennel-dev-second-16d98b"),
        "+ cloudwatch:PutMetricData on * where cloudwatch:namespace /aws/sagemaker/Endpoints",
        "trust of role second-execution (new): allows more",
        "+ sts:AssumeRole by sagemaker.amazonaws.com where aws:SourceAccount 123456789012",
        "Change: 9 created, 1 updated",
        "updated: aws:cloudwatch:Dashboard dashboard",
        "created: aws:iam:Role second-execution",
        "created: aws:cloudwatch:MetricAlarm second-disk",
        "created: aws:cloudwatch:MetricAlarm second-latency",
        "created: aws:cloudwatch:MetricAlarm second-5xx",
        "created: aws:cloudwatch:MetricAlarm second-4xx",
        "created: aws:iam:RolePolicy second-execution",
        "created: aws:sagemaker:Model second",
        "created: aws:sagemaker:EndpointConfiguration second",
        "created: aws:sagemaker:Endpoint second",
        "Cost: 74.46 → 115.34 (+40.88) USD a month at rest, 148.92 → 189.80 (+40.88) at most",
        "endpoint second productionVariants[0]: none → 1 × ml.t2.medium: 0.00 → 40.88 (+40.88) at rest, 0.00 → 40.88 (+40.88) at most",
      ],
    },
    "instance larger": {
      change: () =>
        evaluatedSide(({ endpoints }) => (endpoints["main"]!["serving"] = serving("ml.c5.xlarge"))),
      lines: [
        "Access: 9 newly allowed, 9 no longer allowed",
        "role main-execution: is allowed more, and less",
        ...batches("+", "kennel-dev-main-e2de34"),
        ...logs("+", "kennel-dev-main-e2de34"),
        ...batches("-", "kennel-dev-main-9278e3"),
        ...logs("-", "kennel-dev-main-9278e3"),
        "role main: is allowed more, and less",
        "+ sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:123456789012:endpoint/kennel-dev-main-e2de34",
        "- sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:123456789012:endpoint/kennel-dev-main-9278e3",
        ...REPLACED_ENDPOINT,
        "Cost: 74.46 → 148.92 (+74.46) USD a month at rest, 148.92 → 297.84 (+148.92) at most",
        "endpoint main productionVariants[0]: 1 × ml.c5.large → 1 × ml.c5.xlarge: 74.46 → 148.92 (+74.46) at rest, 148.92 → 297.84 (+148.92) at most",
      ],
    },
    "instance smaller": {
      change: () =>
        evaluatedSide(({ endpoints }) => (endpoints["main"]!["serving"] = serving("ml.m5.large"))),
      lines: [
        "Access: 9 newly allowed, 9 no longer allowed",
        "role main-execution: is allowed more, and less",
        ...batches("+", "kennel-dev-main-348885"),
        ...logs("+", "kennel-dev-main-348885"),
        ...batches("-", "kennel-dev-main-9278e3"),
        ...logs("-", "kennel-dev-main-9278e3"),
        "role main: is allowed more, and less",
        "+ sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:123456789012:endpoint/kennel-dev-main-348885",
        "- sagemaker:InvokeEndpoint on arn:aws:sagemaker:us-east-1:123456789012:endpoint/kennel-dev-main-9278e3",
        ...REPLACED_ENDPOINT,
        "Cost: 74.46 → 83.95 (+9.49) USD a month at rest, 148.92 → 167.90 (+18.98) at most",
        "endpoint main productionVariants[0]: 1 × ml.c5.large → 1 × ml.m5.large: 74.46 → 83.95 (+9.49) at rest, 148.92 → 167.90 (+18.98) at most",
      ],
    },
    "alarm dropped": {
      change: () => without(base, "aws:cloudwatch/metricAlarm:MetricAlarm", "main-throttles"),
      lines: [
        SAME_ACCESS,
        "Change: 1 deleted",
        "deleted: aws:cloudwatch:MetricAlarm main-throttles",
        "not watched from then on",
        SAME_COST,
      ],
    },
    "model changed": {
      change: () =>
        evaluatedSide(
          ({ endpoints }) => (endpoints["main"]!["model"] = "s3://models/dogs/model.tar.gz"),
        ),
      lines: [
        "Access: 1 newly allowed, 1 no longer allowed",
        "role main-execution: is allowed more, and less",
        "+ s3:GetObject on arn:aws:s3:::models/dogs/",
        "- s3:GetObject on arn:aws:s3:::kennel-dev-data-123456789012-us-east-1/models/",
        "Change: 2 updated, 2 replaced, 1 deleted",
        "replaced by primaryContainer: aws:sagemaker:Model main",
        "kept: the old one stays in AWS, outside of the stack",
        "replaced by namePrefix and productionVariants, with aws:sagemaker:Model main: aws:sagemaker:EndpointConfiguration main",
        "kept: the old one stays in AWS, outside of the stack",
        "deleted: aws:s3:BucketObjectv2 model-HASH",
        "kept: the old one stays in AWS, outside of the stack",
        "updated: aws:sagemaker:Endpoint main",
        "not interrupted: new instances serve before the old ones go",
        "updated: aws:iam:RolePolicy main-execution",
        SAME_COST,
      ],
    },
    "bucket renamed": {
      change: () =>
        withInputs(base, "aws:s3/bucket:Bucket", "data", (inputs) => (inputs["bucket"] = "dogs")),
      lines: [
        SAME_ACCESS,
        "Change: 2 updated, 10 replaced",
        "replaced by bucket: aws:s3:Bucket data",
        "lost: every object in the bucket",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketObjectv2 model-HASH",
        "kept: the old one stays in AWS, outside of the stack",
        "replaced by primaryContainer, with aws:s3:BucketObjectv2 model-HASH: aws:sagemaker:Model main",
        "kept: the old one stays in AWS, outside of the stack",
        "replaced by namePrefix and productionVariants, with aws:sagemaker:Model main: aws:sagemaker:EndpointConfiguration main",
        "kept: the old one stays in AWS, outside of the stack",
        "updated: aws:sagemaker:Endpoint main",
        "not interrupted: new instances serve before the old ones go",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketOwnershipControls data",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketPublicAccessBlock data",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketVersioning data",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketServerSideEncryptionConfiguration data",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketPolicy data",
        "replaced by bucket, with aws:s3:Bucket data: aws:s3:BucketLifecycleConfiguration data",
        "updated: aws:iam:RolePolicy main-execution",
        SAME_COST,
      ],
    },
    "capture on": {
      change: () =>
        evaluatedSide(({ endpoints }) => (endpoints["main"]!["capture"] = { percentage: 10 })),
      lines: [
        "Access: 2 newly allowed, 0 no longer allowed",
        "role main-execution: is allowed more",
        "+ s3:PutObject on arn:aws:s3:::kennel-dev-data-123456789012-us-east-1/capture/kennel-dev-main-9278e3/",
        "+ s3:AbortMultipartUpload on arn:aws:s3:::kennel-dev-data-123456789012-us-east-1/capture/kennel-dev-main-9278e3/",
        "Change: 2 updated, 1 replaced",
        "replaced by namePrefix; dataCaptureConfig: aws:sagemaker:EndpointConfiguration main",
        "kept: the old one stays in AWS, outside of the stack",
        "updated: aws:sagemaker:Endpoint main",
        "not interrupted: new instances serve before the old ones go",
        "updated: aws:iam:RolePolicy main-execution",
        SAME_COST,
      ],
    },
    "FullAccess attached by ARN": {
      change: () => {
        const role = base.resources.find(({ type, name }) => type === ROLE && name === "main")!;
        return withResource(
          base,
          "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
          "hurried",
          { role: "a name", policyArn: "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess" },
          { role },
        );
      },
      lines: [
        "Access: 3 newly allowed, 0 no longer allowed, 1 not known",
        "role main: may be allowed more",
        /^\+ groundtruthlabeling:\w+ on \*$/,
        /^\+ sagemaker:\w+ on \*$/,
        /^\+ sagemaker-geospatial:\w+ on \*$/,
        "? what else AWS managed policy AmazonSageMakerFullAccess allows is not known here",
        "Change: 1 created",
        "created: aws:iam:RolePolicyAttachment hurried",
        SAME_COST,
      ],
    },
    "trust opened": {
      change: () =>
        withTrust((statement) => {
          statement["Principal"] = { AWS: "*" };
          delete statement["Condition"];
        }),
      lines: [
        "Access: 1 newly allowed, 0 no longer allowed",
        "trust of role main-execution: allows more",
        "+ sts:AssumeRole by arn:aws:iam::999999999999:role/anybody",
        ...TRUST_UPDATED,
        SAME_COST,
      ],
    },
    "secret rotated": {
      change: () => ({ ...base, secrets: { "kennel:budget.emails[0]": "another digest" } }),
      lines: [SAME_ACCESS, "Secrets: 1", "kennel:budget.emails[0]: a secret changed", SAME_COST],
    },
    "tag added": {
      change: () =>
        withInputs(
          base,
          "aws:s3/bucket:Bucket",
          "data",
          (inputs) => (inputs["tags"] = { Owner: "me" }),
        ),
      lines: [SAME_ACCESS, "Change: 1 updated", "updated: aws:s3:Bucket data", SAME_COST],
    },
  };

  for (const [name, { change, lines }] of Object.entries(SEEDS)) {
    it(`${name}: says what it does, and nothing else`, async () => {
      const said = linesOf(await change());
      const wanted = lines.map((line, index) =>
        line instanceof RegExp && line.test(said[index] ?? "") ? said[index] : line,
      );
      assert.deepEqual(said, wanted);
    });
  }

  it("region changed: replaces everything, and gives no new access", async () => {
    const after = await evaluatedSide((settings) => (settings.region = "eu-west-1"));
    const { access, changes, cost, move } = reviewChange(base, after);
    assert.deepEqual(move, { from: "us-east-1", to: "eu-west-1" });
    assert.deepEqual(access, []);
    assert.deepEqual(
      [...new Set(changes.map(({ kind, because }) => `${kind} by ${because.join()}`))],
      ["replaced by region"],
    );
    assert.equal(
      changes.length,
      base.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")).length,
    );
    assert.ok(cost.atRest.after > cost.atRest.before);
  });

  function serving(instanceType: string): Record<string, unknown> {
    return { mode: "realtime", instanceType };
  }
});
