import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { LiveAccount } from "../../live/account";
import { only, statement } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type Recording, type RecordOptions } from "../../offline/recorder";
import { Endpoint } from "./endpoint";
import type { EndpointArgs } from "./endpoint-args";

const repositoryArn = pulumi.output(
  "arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/inference",
);

/** Where batches of the endpoint's model are. */
const batch = "arn:aws:s3:::data/batch/kennel-dev-main-abc123";

type Args = Partial<EndpointArgs> & Partial<EndpointArgs["settings"]>;

const realtime = { mode: "realtime", instanceType: "ml.m5.large", instanceCount: 2 } as const;

/** A bucket that itself allows its roles to use its key. */
const dataBucketWith = (kmsKeyArn: string | undefined) => ({
  bucketName: pulumi.output("data"),
  kmsKeyArn,
  keyToAllow: () => undefined,
});

function newEndpoint({
  serving = realtime,
  scaling,
  shadow,
  capture,
  ...args
}: Args = {}): Endpoint {
  return new Endpoint("main", {
    endpointName: "kennel-dev-main-abc123",
    location: testLocation(),
    image: { uriFor: () => pulumi.output("registry/inference@sha256:0"), repositoryArn },
    model: {
      uri: "s3://data/models/1/model.tar.gz",
      readableArn: "arn:aws:s3:::data/models/*",
      bucketArn: "arn:aws:s3:::data",
    },
    settings: { serving, scaling, shadow, capture },
    dataBucket: dataBucketWith(undefined),
    ...args,
  });
}

function build(args: Args = {}, options?: RecordOptions): Promise<Recording<unknown>> {
  return record(() => newEndpoint(args), options);
}

describe("Endpoint", () => {
  it("serves the model from the image without any network", async () => {
    const { inputs } = only(await build(), "aws:sagemaker/model:Model");
    assert.equal(inputs["enableNetworkIsolation"], true);
    assert.deepEqual(inputs["primaryContainer"], {
      image: "registry/inference@sha256:0",
      modelDataUrl: "s3://data/models/1/model.tar.gz",
    });
  });

  it("runs the configured instances", async () => {
    const recording = await build();
    const model = only(recording, "aws:sagemaker/model:Model");
    const { inputs } = only(recording, "aws:sagemaker/endpointConfiguration:EndpointConfiguration");
    const [variant] = inputs["productionVariants"] as Record<string, unknown>[];
    assert.match(String(variant?.["modelName"]), new RegExp(`^${model.name}-[0-9a-f]{7}$`));
    assert.equal(variant?.["instanceType"], "ml.m5.large");
    assert.equal(variant["initialInstanceCount"], 2);
    assert.equal(variant["variantName"], "primary");
  });

  it("leaves what can only be replaced unnamed, so that the new one comes before the old one goes", async () => {
    const recording = await build();
    for (const type of [
      "aws:sagemaker/model:Model",
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
    ]) {
      const { inputs, options } = only(recording, type);
      assert.equal(inputs["name"], undefined);
      assert.equal(options.retainOnDelete, true, `${type} may be live after a rollback`);
    }
  });

  it("has the given name and an ARN that a preview knows", async () => {
    const { result } = await record(() => newEndpoint().endpointArn, { stage: "preview" });
    assert.equal(
      result,
      "arn:aws:sagemaker:us-east-1:123456789012:endpoint/kennel-dev-main-abc123",
    );
    const { inputs, options } = only(await build(), "aws:sagemaker/endpoint:Endpoint");
    assert.equal(inputs["name"], "kennel-dev-main-abc123");
    assert.equal(options.retainOnDelete, false);
  });

  it("waits with the model until the role may read it", async () => {
    const recording = await build();
    const permissions = only(recording, "aws:iam/rolePolicy:RolePolicy");
    const { dependencies } = only(recording, "aws:sagemaker/model:Model");
    assert.ok(dependencies.includes(permissions.urn));
  });

  it("trusts SageMaker when it acts for this account only", async () => {
    const { inputs } = only(await build(), "aws:iam/role:Role");
    assert.deepEqual(inputs["assumeRolePolicy"], {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "sagemaker.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    });
  });

  it("may load its model and image, and write its own logs and metrics", async () => {
    const role = only(await build({}, { stage: "preview" }), "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "ReadObjects").Resource, [
      "arn:aws:s3:::data/models/*",
      `${batch}/requests/*`,
    ]);
    assert.equal(
      statement(role, "PullImage").Resource,
      "arn:aws:ecr:us-east-1:123456789012:repository/kennel-dev/inference",
    );
    const logs = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker";
    assert.deepEqual(statement(role, "WriteLogs").Resource, [
      `${logs}/Endpoints/kennel-dev-main-abc123:log-stream:*`,
      `${logs}/TransformJobs:log-stream:*`,
    ]);
    assert.deepEqual(statement(role, "PublishMetrics").Condition, {
      StringEquals: {
        "cloudwatch:namespace": ["/aws/sagemaker/Endpoints", "/aws/sagemaker/TransformJobs"],
      },
    });
    assert.throws(() => statement(role, "DecryptObjects"));
  });

  it("may use the key of an encrypted model", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    const model = {
      uri: "s3://data/m.tar.gz",
      readableArn: "arn:aws:s3:::data/*",
      bucketArn: "arn:aws:s3:::data",
      kmsKeyArns: [kmsKeyArn],
    };
    const role = only(await build({ model }), "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "DecryptObjects").Resource, [kmsKeyArn]);
  });

  it("serves without instances, where SageMaker knows no isolation", async () => {
    const recording = await build({
      serving: { mode: "serverless", memory: 3072, maxConcurrency: 7, provisionedConcurrency: 2 },
    });
    const { inputs } = only(recording, "aws:sagemaker/endpointConfiguration:EndpointConfiguration");
    const [variant] = inputs["productionVariants"] as Record<string, unknown>[];
    assert.deepEqual(variant?.["serverlessConfig"], {
      memorySizeInMb: 3072,
      maxConcurrency: 7,
      provisionedConcurrency: 2,
    });
    assert.equal(variant["instanceType"], undefined);
    assert.equal(variant["initialInstanceCount"], undefined);
    const model = only(recording, "aws:sagemaker/model:Model");
    assert.equal(model.inputs["enableNetworkIsolation"], false);
  });

  describe("async", () => {
    const serving = {
      mode: "async",
      instanceType: "ml.m5.large",
      instanceCount: 1,
      concurrentPerInstance: 4,
    } as const;

    it("takes requests from and puts answers into the data bucket", async () => {
      const { inputs } = only(
        await build({ serving }),
        "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      );
      assert.deepEqual(inputs["asyncInferenceConfig"], {
        outputConfig: {
          s3OutputPath: "s3://data/async/kennel-dev-main-abc123/answers/",
          s3FailurePath: "s3://data/async/kennel-dev-main-abc123/errors/",
        },
        clientConfig: { maxConcurrentInvocationsPerInstance: 4 },
      });
    });

    it("tells the topic of the alarms of errors, or the topics that it names", async () => {
      const alarms = "arn:aws:sns:us-east-1:123456789012:alarms";
      const alarmTopic = { topicArn: pulumi.output(alarms), knownTopicArn: pulumi.output(alarms) };
      const successTopicArn = "arn:aws:sns:us-east-1:123456789012:answers";
      const errorTopicArn = "arn:aws:sns:us-east-1:123456789012:errors";
      for (const [args, notificationConfig, published] of [
        [{ serving, alarmTopic }, { errorTopic: alarms }, 1],
        [
          {
            serving: { ...serving, notifications: { successTopicArn, errorTopicArn } },
            alarmTopic,
          },
          { successTopic: successTopicArn, errorTopic: errorTopicArn },
          2,
        ],
      ] as const) {
        const recording = await build(args);
        const { inputs } = only(
          recording,
          "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
        );
        const { outputConfig } = inputs["asyncInferenceConfig"] as Record<
          string,
          Record<string, unknown>
        >;
        assert.deepEqual(outputConfig?.["notificationConfig"], notificationConfig);
        const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
        const topics = statement(role, "Publish").Resource as string[];
        assert.equal(topics.length, published);
        assert.equal(topics.at(-1), notificationConfig.errorTopic);
      }
      const silent = only(await build({ serving }), "aws:iam/rolePolicy:RolePolicy");
      assert.throws(() => statement(silent, "Publish"));
    });

    it("may read its requests and write its answers, and no other endpoint's", async () => {
      const role = only(await build({ serving }), "aws:iam/rolePolicy:RolePolicy");
      const folder = "arn:aws:s3:::data/async/kennel-dev-main-abc123";
      assert.deepEqual(statement(role, "ReadObjects").Resource, [
        "arn:aws:s3:::data/models/*",
        `${batch}/requests/*`,
        `${folder}/requests/*`,
      ]);
      assert.deepEqual(statement(role, "WriteObjects").Resource, [
        `${batch}/answers/*`,
        `${folder}/answers/*`,
        `${folder}/errors/*`,
      ]);
    });
  });

  it("records a share of the requests where it is told to", async () => {
    const recording = await build({ capture: { percentage: 25 } });
    const { inputs } = only(recording, "aws:sagemaker/endpointConfiguration:EndpointConfiguration");
    assert.deepEqual(inputs["dataCaptureConfig"], {
      enableCapture: true,
      initialSamplingPercentage: 25,
      destinationS3Uri: "s3://data/capture/kennel-dev-main-abc123/",
      captureOptions: [{ captureMode: "Input" }, { captureMode: "Output" }],
    });
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "WriteObjects").Resource, [
      `${batch}/answers/*`,
      "arn:aws:s3:::data/capture/kennel-dev-main-abc123/*",
    ]);
  });

  describe("in a VPC", () => {
    const network = {
      subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      securityGroupIds: ["sg-0123456789abcdef0"],
      isolated: true,
    };
    const serving = {
      mode: "realtime",
      instanceType: "ml.m5.large",
      instanceCount: 1,
      network,
    } as const;

    it("loads its model through the subnets, with or without a network for the container", async () => {
      const { inputs } = only(await build({ serving }), "aws:sagemaker/model:Model");
      assert.deepEqual(inputs["vpcConfig"], {
        subnets: network.subnetIds,
        securityGroupIds: network.securityGroupIds,
      });
      assert.equal(inputs["enableNetworkIsolation"], true);
      const open = { ...serving, network: { ...network, isolated: false } };
      const model = only(await build({ serving: open }), "aws:sagemaker/model:Model");
      assert.equal(model.inputs["enableNetworkIsolation"], false);
    });

    it("may put network interfaces into those subnets, and no others", async () => {
      const role = only(
        await build({ serving }, { stage: "preview" }),
        "aws:iam/rolePolicy:RolePolicy",
      );
      const subnets = network.subnetIds.map((id) => `arn:aws:ec2:us-east-1:*:subnet/${id}`);
      const interfaces = "arn:aws:ec2:us-east-1:123456789012:network-interface/*";
      assert.deepEqual(statement(role, "CreateNetworkInterfaces").Resource, [
        ...subnets,
        "arn:aws:ec2:us-east-1:*:security-group/sg-0123456789abcdef0",
        interfaces,
      ]);
      const manage = statement(role, "ManageNetworkInterfaces");
      assert.equal(manage.Resource, interfaces);
      assert.deepEqual(manage.Condition, { ArnEquals: { "ec2:Subnet": subnets } });
      const elsewhere = only(await build(), "aws:iam/rolePolicy:RolePolicy");
      assert.throws(() => statement(elsewhere, "ReadNetworks"));
    });
  });

  describe("with a shadow", () => {
    const type = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
    const model = {
      uri: "s3://data/models/2/model.tar.gz",
      readableArn: "arn:aws:s3:::data/models/2/*",
      bucketArn: "arn:aws:s3:::data",
    };
    const settings = {
      model: undefined,
      instanceType: "ml.m5.large",
      instanceCount: 2,
      percentage: 25,
    };

    it("copies a share of the requests to a second model", async () => {
      const recording = await build({ shadow: settings, shadowModel: model });
      const second = only(recording, "aws:sagemaker/model:Model", "main-shadow");
      const container = second.inputs["primaryContainer"] as Record<string, unknown>;
      assert.equal(container["modelDataUrl"], model.uri);
      assert.equal(second.options.retainOnDelete, true);
      const { inputs } = only(recording, type);
      const [shadow] = inputs["shadowProductionVariants"] as Record<string, unknown>[];
      assert.match(String(shadow?.["modelName"]), /^main-shadow-[0-9a-f]{7}$/);
      assert.deepEqual(
        { ...shadow, modelName: "" },
        {
          variantName: "shadow",
          modelName: "",
          instanceType: "ml.m5.large",
          initialInstanceCount: 2,
          initialVariantWeight: 0.25,
        },
      );
      const [variant] = inputs["productionVariants"] as Record<string, unknown>[];
      assert.equal(variant?.["initialVariantWeight"], 1);
    });

    it("may read both models", async () => {
      const recording = await build({ shadow: settings, shadowModel: model });
      const role = only(recording, "aws:iam/rolePolicy:RolePolicy");
      assert.deepEqual(statement(role, "ReadObjects").Resource, [
        "arn:aws:s3:::data/models/*",
        "arn:aws:s3:::data/models/2/*",
        `${batch}/requests/*`,
      ]);
    });

    it("leaves encryption to the hardware where one of the instances insists on that", async () => {
      const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
      const dataBucket = dataBucketWith(kmsKeyArn);
      const onDisks = { ...settings, instanceType: "ml.g4dn.xlarge" };
      for (const [shadow, expected] of [
        [settings, kmsKeyArn],
        [onDisks, undefined],
      ] as const) {
        const recording = await build({ dataBucket, shadow, shadowModel: model });
        assert.equal(only(recording, type).inputs["kmsKeyArn"], expected);
      }
    });
  });

  describe("where it runs already", () => {
    const type = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
    const scaling = {
      minInstances: 1,
      maxInstances: 8,
      schedule: [],
      scaleInCooldown: 300,
      scaleOutCooldown: 60,
      policy: { type: "target" as const, metric: "invocations" as const, value: 600 },
    };

    /** An account in which the endpoint serves `configurationName` with `running` instances. */
    const account = (running: number, configurationName = "former"): LiveAccount => ({
      endpoint: (name) =>
        Promise.resolve({
          name,
          status: "InService",
          configurationName,
          instances: { primary: running },
          desiredInstances: {},
        }),
      initialInstances: () => Promise.resolve(2),
      endpointNames: () => Promise.resolve([]),
      bounds: () => Promise.resolve(new Map()),
      alarms: () => Promise.resolve([]),
    });
    const shownIn = (recording: Recording<unknown>) => {
      const { inputs } = only(recording, type);
      const [variant] = inputs["productionVariants"] as Record<string, unknown>[];
      return {
        namePrefix: inputs["namePrefix"] as string,
        count: variant?.["initialInstanceCount"],
      };
    };
    const previewed = async (args: Args) => shownIn(await build(args, { stage: "preview" }));

    it("shows in a preview the instances that it starts a new model with", async () => {
      assert.equal((await previewed({ scaling, account: account(5) })).count, 5);
    });

    it("keeps the number of instances that is configured where nothing scales it", async () => {
      assert.equal((await previewed({ account: account(5) })).count, 2);
    });

    it("keeps the number of instances of a shadow, which nothing scales", async () => {
      const model = {
        uri: "s3://data/2/model.tar.gz",
        readableArn: "arn:aws:s3:::data/2/*",
        bucketArn: "arn:aws:s3:::data",
      };
      const shadow = {
        model: undefined,
        instanceType: "ml.m5.large",
        instanceCount: 3,
        percentage: 25,
      };
      const recording = await build(
        { scaling, shadow, shadowModel: model, account: account(5) },
        { stage: "preview" },
      );
      const [variant] = only(recording, type).inputs["shadowProductionVariants"] as object[];
      assert.equal((variant as Record<string, unknown>)["initialInstanceCount"], 3);
      assert.equal(shownIn(recording).count, 5);
    });

    it("has a configuration whose name tells its content, but not its instances", async () => {
      const { namePrefix } = shownIn(await build());
      assert.match(namePrefix, /^main-[0-9a-f]{8}-$/);
      const serving = { mode: "realtime", instanceType: "ml.m5.large", instanceCount: 3 } as const;
      const others: [Args, boolean][] = [
        [{ serving, scaling }, true],
        [{ capture: { percentage: 10 } }, false],
        [{ deployment: { autoRollbackConfiguration: { alarms: [{ alarmName: "a" }] } } }, false],
      ];
      for (const [args, isSame] of others) {
        assert.equal(shownIn(await build(args)).namePrefix === namePrefix, isSame, String(args));
      }
    });

    it("keeps the configuration that is live, however many instances run", async () => {
      const { namePrefix } = await previewed({ scaling });
      const live = `${namePrefix}20261127150000000000000001`;
      const shown = await previewed({ scaling, account: account(5, live) });
      assert.deepEqual(shown, { namePrefix, count: 2 });
    });

    it("fails where it does not serve its configuration after an update", async () => {
      await assert.rejects(
        record(() => newEndpoint({ scaling, account: account(5) }).modelUri),
        /serves the configuration former and not main-[0-9a-f]{8}-/,
      );
    });
  });

  it("writes nothing to the bucket otherwise but the answers of batches", async () => {
    const role = only(await build(), "aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(statement(role, "WriteObjects").Resource, [`${batch}/answers/*`]);
    assert.deepEqual(statement(role, "ListPrefixes").Condition, {
      StringLike: { "s3:prefix": ["batch/kennel-dev-main-abc123/requests/*"] },
    });
  });

  it("encrypts disks with the bucket's key, where the instance allows it", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1";
    const dataBucket = dataBucketWith(kmsKeyArn);
    const type = "aws:sagemaker/endpointConfiguration:EndpointConfiguration";
    assert.equal(only(await build({ dataBucket }), type).inputs["kmsKeyArn"], kmsKeyArn);
    const serving = { mode: "realtime", instanceType: "ml.g4dn.xlarge", instanceCount: 1 } as const;
    const hardware = only(await build({ dataBucket, serving }), type);
    assert.equal(hardware.inputs["kmsKeyArn"], undefined);
  });
});
