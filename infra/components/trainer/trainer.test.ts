import assert from "node:assert/strict";
import type { TrainerConfig } from "../../schema/trainer";
import { allOf, only, statement, type RecordedDocument } from "../../testing/find";
import { testDataBucket } from "../../testing/data-bucket";
import { testLocation } from "../../testing/location";
import { record, type Recording, type RecordOptions } from "../../offline/recorder";
import { Trainer } from "./trainer";

const defaults: TrainerConfig = {
  instanceType: "g4dn.xlarge",
  allowedCidrs: [],
  amiFlavour: "base-oss-nvidia-driver-gpu-ubuntu-24.04",
  volumeSize: 100,
  idleMinutes: 60,
  startTraining: false,
  hyperparameters: {},
  spot: false,
};

function newTrainer(settings: Partial<TrainerConfig>): Trainer {
  return new Trainer("trainer", {
    naming: { project: "kennel", stack: "dev" },
    location: testLocation(),
    dataBucket: testDataBucket(),
    settings: { ...defaults, ...settings },
  });
}

function build(
  settings: Partial<TrainerConfig> = {},
  options?: RecordOptions,
): Promise<Recording<unknown>> {
  return record(() => newTrainer(settings), options);
}

describe("Trainer", () => {
  it("runs the Deep Learning AMI on the configured instance", async () => {
    const recording = await build({ keyName: "team" });
    const { inputs, options } = only(recording, "aws:ec2/instance:Instance");
    assert.match(String(inputs["ami"]), /^ami-[0-9a-f]{17}$/);
    assert.equal(inputs["instanceType"], "g4dn.xlarge");
    assert.equal(inputs["keyName"], "team");
    assert.deepEqual(options.ignoreChanges, ["ami"], "a release day must not replace it");
  });

  it("follows the configured flavour", async () => {
    const other = await build({ amiFlavour: "oss-nvidia-driver-gpu-pytorch-2.7-ubuntu-22.04" });
    const ami = only(other, "aws:ec2/instance:Instance").inputs["ami"];
    assert.notEqual(ami, only(await build(), "aws:ec2/instance:Instance").inputs["ami"]);
  });

  it("asks for a session token and encrypts its disk", async () => {
    const { inputs } = only(await build({ volumeSize: 200 }), "aws:ec2/instance:Instance");
    assert.deepEqual(inputs["metadataOptions"], {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    assert.deepEqual(inputs["rootBlockDevice"], {
      volumeType: "gp3",
      volumeSize: 200,
      encrypted: true,
      deleteOnTermination: true,
    });
  });

  it("admits nobody by default", async () => {
    const recording = await build();
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    assert.equal(allOf(recording, type).length, 0);
    const group = only(recording, "aws:ec2/securityGroup:SecurityGroup");
    assert.equal(group.inputs["ingress"], undefined);
  });

  it("admits SSH from the configured networks only", async () => {
    const recording = await build({ allowedCidrs: ["198.51.100.7/32", "2001:db8::/32"] });
    const group = only(recording, "aws:ec2/securityGroup:SecurityGroup");
    const rules = allOf(recording, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    assert.deepEqual(
      rules.map(({ inputs }) => [
        inputs["cidrIpv4"],
        inputs["cidrIpv6"],
        inputs["fromPort"],
        inputs["toPort"],
      ]),
      [
        ["198.51.100.7/32", undefined, 22, 22],
        [undefined, "2001:db8::/32", 22, 22],
      ],
    );
    assert.ok(rules.every(({ parent }) => parent === group.urn));
  });

  it("may read the data and the code, write models and caches, and nothing else of S3", async () => {
    const recording = await build({}, { stage: "preview" });
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "ReadObjects").Resource, [
      "arn:aws:s3:::team-data/data/*",
      "arn:aws:s3:::team-data/code/*",
      "arn:aws:s3:::team-data/cache/*",
    ]);
    assert.deepEqual(statement(role, "WriteObjects").Resource, [
      "arn:aws:s3:::team-data/models/*",
      "arn:aws:s3:::team-data/cache/*",
    ]);
    const { Statement } = role.inputs["policy"] as RecordedDocument;
    const wildcards = Statement.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
    assert.deepEqual(wildcards, ["OpenSessions"]);
  });

  it("runs in the VPC of a configured subnet", async () => {
    const recording = await build({ subnetId: "subnet-0123456789abcdef0" });
    const { inputs } = only(recording, "aws:ec2/instance:Instance");
    assert.equal(inputs["subnetId"], "subnet-0123456789abcdef0");
    const group = only(recording, "aws:ec2/securityGroup:SecurityGroup");
    assert.match(String(group.inputs["vpcId"]), /^vpc-/);
  });

  it("finds its code, scripts and settings in the bucket", async () => {
    const recording = await build();
    const objects = allOf(recording, "aws:s3/bucketObjectv2:BucketObjectv2");
    assert.deepEqual(objects.map(({ inputs }) => inputs["key"]).sort(), [
      "code/trainer-scripts.tar.gz",
      "code/trainer-settings.sh",
      "code/training-scripts.tar.gz",
    ]);
    const { inputs, dependencies } = only(recording, "aws:ec2/instance:Instance");
    assert.match(String(inputs["userData"]), /^KENNEL_BUCKET='team-data'$/m);
    for (const { urn } of objects) {
      assert.ok(dependencies.includes(urn), "they are there before it starts");
    }
  });

  it("writes its trainings' lines to a log group, where figures become metrics", async () => {
    const recording = await build();
    const group = only(recording, "aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(group.inputs, { name: "/kennel/kennel-dev-trainer", retentionInDays: 30 });
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "WriteLogs").Resource, [
      "arn:aws:logs:us-east-1:123456789012:log-group:/kennel/kennel-dev-trainer:log-stream:*",
    ]);
    const filters = allOf(recording, "aws:cloudwatch/logMetricFilter:LogMetricFilter");
    assert.deepEqual(
      filters.map(({ inputs }) => (inputs["metricTransformation"] as { name: string }).name),
      ["TestingAccuracy", "TestingLoss", "TrainingLoss", "ValidationAccuracy", "ValidationLoss"],
    );
  });

  it("reads exactly the lines that the training prints", async () => {
    const recording = await build();
    const fields = (filter: string): string[] => {
      const { inputs } = only(
        recording,
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        `trainer-${filter}`,
      );
      return String(inputs["pattern"]).slice(1, -1).split(", ");
    };
    const epoch =
      "Epoch 3: Training Loss: 0.5234 - Validation Loss: 0.4321 - Validation Accuracy: 0.9012";
    for (const [filter, line, figure] of [
      ["TrainingLoss", epoch, "0.5234"],
      ["ValidationLoss", epoch, "0.4321"],
      ["ValidationAccuracy", epoch, "0.9012"],
      ["TestingLoss", "Testing Loss: 0.1234", "0.1234"],
      ["TestingAccuracy", "Testing Accuracy: 0.9876", "0.9876"],
    ] as const) {
      const printed = line.split(" ");
      const expected = fields(filter);
      assert.equal(printed.length, expected.length, line);
      expected.forEach((field, index) => {
        const word = /="(.*)"$/.exec(field)?.[1];
        assert.ok(word === undefined || word === printed[index], `${filter}: ${word}`);
      });
      assert.equal(printed[expected.indexOf("value")], figure);
    }
  });

  it("stops when it shuts itself down, and keeps its disk", async () => {
    const recording = await build();
    const { inputs } = only(recording, "aws:ec2/instance:Instance");
    assert.equal(inputs["instanceInitiatedShutdownBehavior"], "stop");
    assert.equal(allOf(recording, "aws:autoscaling/group:Group").length, 0);
  });

  it("has the same user data whatever it is told to train and when to stop", async () => {
    const userData = async (settings: Partial<TrainerConfig>): Promise<unknown> =>
      only(await build(settings), "aws:ec2/instance:Instance").inputs["userData"];
    const changed = { idleMinutes: 30, startTraining: true, hyperparameters: { epochs: 5 } };
    const tuning = { trials: 12, jobs: 1 };
    assert.equal(await userData({ ...changed, tuning }), await userData({}));
    const object = only(
      await build({ ...changed, tuning }),
      "aws:s3/bucketObjectv2:BucketObjectv2",
      "trainer-settings",
    );
    assert.match(String(object.inputs["content"]), /^PROGRAM=tune\.py$/m);
    assert.match(String(object.inputs["content"]), /^START=yes$/m);
  });

  it("is another instance with an image of another flavour, and stays with a newer one", async () => {
    const name = async (settings: Partial<TrainerConfig>): Promise<string> =>
      only(await build(settings), "aws:ec2/instance:Instance").name;
    const amiFlavour = "oss-nvidia-driver-gpu-pytorch-2.7-ubuntu-22.04";
    assert.notEqual(await name({ amiFlavour }), await name({}));
  });

  it("says where it is and how it is started again", async () => {
    const { result } = await record(() => {
      const { address, start } = newTrainer({});
      return { address, start };
    });
    assert.match(
      result.address,
      /^aws ec2 describe-instances --region us-east-1 .*Values=kennel-dev-trainer .*PublicDnsName/,
    );
    assert.match(result.start, /^aws ec2 start-instances --region us-east-1 --instance-ids i-/);
  });
});
