import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { S3Client } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  CreateModelCommand,
  DeleteEndpointCommand,
  DescribeEndpointCommand,
  type DescribeEndpointOutput,
  ListEndpointConfigsCommand,
  ListTagsCommand,
  ListNotebookInstancesCommand,
  SageMakerClient,
  UpdateEndpointCommand,
  type DeploymentConfig,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

import { startSandbox, type Sandbox } from "./start";
import type { Misfortune } from "./misfortunes";
import { putArchive, putSampleModel, samplePhoto } from "./testing/archives";
import { settingsOf } from "./testing/settings";

const ROLE = "arn:aws:iam::123456789012:role/execution";

describe("the sandbox's endpoints", function () {
  this.timeout(240_000);
  let sandbox: Sandbox;
  let sageMaker: SageMakerClient;
  let runtime: SageMakerRuntimeClient;
  let cloudWatch: CloudWatchClient;
  let settings: ConstructorParameters<typeof S3Client>[0];

  before(async () => {
    // An hour of SageMaker's is 1.2 s here.
    sandbox = await startSandbox({ speed: 3000 });
    settings = settingsOf(sandbox);
    sageMaker = new SageMakerClient(settings as object);
    runtime = new SageMakerRuntimeClient(settings as object);
    cloudWatch = new CloudWatchClient(settings as object);
    const s3 = new S3Client({ ...settings, forcePathStyle: true });
    const good = await putSampleModel(s3);
    await createModel("good", good);
    await createModel("bad", await putArchive(s3, "bad.tar.gz", Buffer.from("not an archive")));
    await configure("one", "good", 1);
    await configure("three", "good", 3);
    await configure("broken", "bad", 3);
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName: "errors",
        Namespace: "AWS/SageMaker",
        MetricName: "Invocation5XXErrors",
        ComparisonOperator: "GreaterThanThreshold",
        EvaluationPeriods: 1,
        Period: 60,
        Statistic: "Sum",
        Threshold: 0,
      }),
    );
  });

  after(() => sandbox.stop());

  const createModel = (ModelName: string, ModelDataUrl: string): Promise<unknown> =>
    sageMaker.send(
      new CreateModelCommand({
        ModelName,
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: "registry/inference:1", ModelDataUrl },
      }),
    );

  const configure = (
    EndpointConfigName: string,
    ModelName: string,
    InitialInstanceCount: number,
  ): Promise<unknown> =>
    sageMaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName,
        Tags: [{ Key: "team", Value: "dogs" }],
        ProductionVariants: [
          {
            VariantName: "primary",
            ModelName,
            InitialInstanceCount,
            InstanceType: "ml.m5.large",
          },
        ],
      }),
    );

  const create = (EndpointName: string, EndpointConfigName: string): Promise<unknown> =>
    sageMaker.send(new CreateEndpointCommand({ EndpointName, EndpointConfigName }));

  const settled = async (EndpointName: string): Promise<DescribeEndpointOutput> => {
    for (;;) {
      const found = await sageMaker.send(new DescribeEndpointCommand({ EndpointName }));
      if (["InService", "Failed"].includes(found.EndpointStatus!)) {
        return found;
      }
      await pause(50);
    }
  };

  const update = async (
    EndpointName: string,
    EndpointConfigName: string,
    more: object = {},
  ): Promise<DescribeEndpointOutput> => {
    await sageMaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName, ...more }));
    return settled(EndpointName);
  };

  const invoke = (EndpointName: string): Promise<string> =>
    runtime
      .send(
        new InvokeEndpointCommand({
          EndpointName,
          ContentType: "image/jpeg",
          Accept: "application/vnd.kennel+json",
          Body: samplePhoto(),
        }),
      )
      .then(({ Body }) => Buffer.from(Body!).toString());

  const post = (route: string, order: object): Promise<Response> =>
    fetch(`${sandbox.url}/_kennel/${route}`, { method: "POST", body: JSON.stringify(order) });

  const canary: DeploymentConfig = {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: "CANARY",
        CanarySize: { Type: "CAPACITY_PERCENT", Value: 33 },
        WaitIntervalInSeconds: 300,
      },
      MaximumExecutionTimeoutInSeconds: 3600,
    },
    AutoRollbackConfiguration: { Alarms: [{ AlarmName: "errors" }] },
  };

  it("serve a model from S3, and say what they are", async () => {
    await create("dogs", "one");
    const endpoint = await settled("dogs");
    assert.equal(endpoint.EndpointStatus, "InService");
    assert.equal(endpoint.ProductionVariants![0]!.CurrentInstanceCount, 1);
    const { predictions } = JSON.parse(await invoke("dogs")) as {
      predictions: { label: string }[];
    };
    assert.equal(predictions.length > 1, true);
    const { Tags } = await sageMaker.send(
      new ListTagsCommand({
        ResourceArn: "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/one",
      }),
    );
    assert.deepEqual(Tags, [{ Key: "team", Value: "dogs" }]);
  });

  it("refuse as SageMaker does", async () => {
    await assert.rejects(settled("cats"), /Could not find endpoint ".*:endpoint\/cats"/);
    await assert.rejects(create("dogs", "one"), /Cannot create already existing endpoint/);
    await assert.rejects(create("c", "none"), /Could not find endpoint configuration/);
    await assert.rejects(configure("c", "none", 1), /Could not find model/);
    await assert.rejects(configure("c", "good", -1), {
      name: "ValidationException",
      message: /ProductionVariants\[0\].InitialInstanceCount/,
    });
    await assert.rejects(createModel("m", "s3://kennel-models/none"), /Could not find model data/);
    await assert.rejects(invoke("cats"), { name: "ValidationError" });
    await assert.rejects(
      runtime.send(new InvokeEndpointCommand({ EndpointName: "dogs", Body: "no photo" })),
      (error: Error & { OriginalStatusCode: number }) =>
        error.name === "ModelError" && error.OriginalStatusCode >= 400,
    );
  });

  it("keep the live count where the update says so, and move by a canary", async () => {
    await post("load", { endpointName: "dogs", instances: 5 });
    await new ApplicationAutoScalingClient(settings as object).send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: "sagemaker",
        ResourceId: "endpoint/dogs/variant/primary",
        ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
        MinCapacity: 1,
        MaxCapacity: 2,
      }),
    );
    const count = async () => (await settled("dogs")).ProductionVariants![0]!.CurrentInstanceCount;
    while ((await count()) !== 2) {
      await pause(20);
    }
    const retained = { RetainAllVariantProperties: true, DeploymentConfig: canary };
    const moved = await update("dogs", "three", retained);
    assert.equal(moved.EndpointConfigName, "three");
    assert.equal(moved.ProductionVariants![0]!.CurrentInstanceCount, 2);
    const { samples } = (await (await fetch(`${sandbox.url}/_kennel/samples`)).json()) as {
      samples: { running: number }[];
    };
    assert.deepEqual(
      samples.map(({ running }) => running),
      [1, 2, 4, 4, 2],
    );
  });

  it("roll back when the new model does not start, and say what its server said", async () => {
    const answered = await invoke("dogs");
    const tried = await update("dogs", "broken");
    assert.equal(tried.EndpointConfigName, "three");
    assert.match(tried.FailureReason!, /did not pass the ping health check.*TAR_/i);
    assert.match(answered, /predictions/);
    await create("broken", "broken");
    assert.equal((await settled("broken")).EndpointStatus, "Failed");
    await sageMaker.send(new DeleteEndpointCommand({ EndpointName: "broken" }));
  });

  for (const [kind, reason] of [
    ["creation", /may not read the model's archive/],
    ["capacity", /InsufficientInstanceCapacity/],
    ["crash", /ping health check/],
    ["canary", /errors went off/],
    ["alarm", /errors went off/],
    ["timeout", /execution timeout/],
  ] as [Misfortune, RegExp][]) {
    it(`meet the misfortune ${kind} once`, async () => {
      await post("misfortune", { kind, endpointName: "dogs" });
      const failed = await update("dogs", "one", { DeploymentConfig: canary });
      assert.equal(failed.EndpointConfigName, "three");
      assert.match(failed.FailureReason!, reason);
    });
  }

  it("are updated again once the alarm is over", async () => {
    let updated: DescribeEndpointOutput;
    do {
      updated = await update("dogs", "one", { DeploymentConfig: canary });
    } while (/errors went off/.test(updated.FailureReason ?? ""));
    assert.equal(updated.EndpointConfigName, "one");
  });

  it("meet nothing that there is not", async () => {
    const answer = await post("misfortune", { kind: "flood" });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /allowed is creation, canary/);
  });

  it("are listed by pages", async () => {
    const names: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await sageMaker.send(
        new ListEndpointConfigsCommand({
          SortBy: "Name",
          SortOrder: "Ascending",
          MaxResults: 2,
          NextToken,
        }),
      );
      names.push(...page.EndpointConfigs!.map(({ EndpointConfigName }) => EndpointConfigName!));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.deepEqual(names, ["broken", "one", "three"]);
    await assert.rejects(
      sageMaker.send(new ListEndpointConfigsCommand({ NextToken: "x" })),
      /NextToken/,
    );
  });

  it("leave what SageMaker has besides to moto", async () => {
    const { NotebookInstances } = await sageMaker.send(new ListNotebookInstancesCommand({}));
    assert.deepEqual(NotebookInstances, []);
  });
});
