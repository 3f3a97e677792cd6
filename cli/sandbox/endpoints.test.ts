import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";

import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  ApplicationAutoScalingClient,
  RegisterScalableTargetCommand,
} from "@aws-sdk/client-application-auto-scaling";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import {
  CreateEndpointCommand,
  CreateEndpointConfigCommand,
  type CreateEndpointConfigInput,
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
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  SageMakerRuntimeClient,
} from "@aws-sdk/client-sagemaker-runtime";

import { startSandbox, type Sandbox } from "./start";
import type { Misfortune } from "../../infra/offline/endpoint-deployment";
import { BUCKET, putArchive, putSampleModel, samplePhoto } from "./testing/archives";
import { settingsOf } from "./testing/settings";

const ROLE = "arn:aws:iam::123456789012:role/execution";

/** A line of data capture. */
interface Captured {
  readonly captureData: Readonly<
    Record<
      "endpointInput" | "endpointOutput",
      Readonly<Record<"observedContentType" | "data" | "encoding", string>>
    >
  >;
  readonly eventMetadata: { readonly inferenceTime: string };
  readonly eventVersion: string;
}

describe("the sandbox's endpoints", function () {
  this.timeout(240_000);
  let sandbox: Sandbox;
  let sageMaker: SageMakerClient;
  let runtime: SageMakerRuntimeClient;
  let cloudWatch: CloudWatchClient;
  let settings: ConstructorParameters<typeof S3Client>[0];
  let s3: S3Client;

  before(async () => {
    // An hour of SageMaker's is 1.2 s here.
    sandbox = await startSandbox({ speed: 3000 });
    settings = settingsOf(sandbox);
    sageMaker = new SageMakerClient(settings as object);
    runtime = new SageMakerRuntimeClient(settings as object);
    cloudWatch = new CloudWatchClient(settings as object);
    s3 = new S3Client({ ...settings, forcePathStyle: true });
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
    more: Partial<CreateEndpointConfigInput> = {},
  ): Promise<unknown> =>
    sageMaker.send(
      new CreateEndpointConfigCommand({
        EndpointConfigName,
        ...more,
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
    const command = new UpdateEndpointCommand({ EndpointName, EndpointConfigName, ...more });
    for (;;) {
      try {
        await sageMaker.send(command);
        return await settled(EndpointName);
      } catch (error) {
        // Scaling also makes an endpoint one that can't be updated for a while.
        assert.match((error as Error).message, /in-progress/);
        await settled(EndpointName);
      }
    }
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

  /** Of the only object below a prefix, once it is there. */
  const onlyObject = async (Prefix: string): Promise<[name: string, content: string]> => {
    for (;;) {
      const listed = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }));
      const [object, ...others] = listed.Contents ?? [];
      if (object !== undefined) {
        assert.deepEqual(others, []);
        const { Key } = object;
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
        return [Key!, await Body!.transformToString()];
      }
      await pause(50);
    }
  };

  const sns = (parameters: Record<string, string>): Promise<Response> =>
    fetch(sandbox.url, {
      method: "POST",
      headers: {
        authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sns/aws4_request",
      },
      body: new URLSearchParams({ Version: "2010-03-31", ...parameters }),
    });

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
    await update("dogs", "one");
    for (const [order, reason] of [
      [{ kind: "flood" }, /allowed is creation, canary/],
      [{ kind: "timeout", endpointName: "cats" }, /no endpoint cats to update/],
      [{ kind: "alarm", endpointName: "dogs" }, /add rollout and monitoring/],
    ] as const) {
      const answer = await post("misfortune", order);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), reason);
    }
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

  it("capture what they are asked and answer, as often as they are told to", async () => {
    await configure("captured", "good", 1, {
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 50,
        DestinationS3Uri: `s3://${BUCKET}/capture`,
        CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
      },
    });
    await update("dogs", "captured");
    for (let request = 0; request < 4; request += 1) {
      await invoke("dogs");
    }
    const [name, text] = await onlyObject("capture/dogs/primary/");
    assert.match(name, /\/primary\/\d{4}\/\d\d\/\d\d\/\d\d\/\d\d-\d\d-\d{3}-[-\da-f]{36}\.jsonl$/);
    const lines = text.trim().split("\n");
    assert.equal(lines.length, 2);
    const { captureData, eventMetadata, eventVersion } = JSON.parse(lines[0]!) as Captured;
    assert.equal(eventVersion, "0");
    assert.match(eventMetadata.inferenceTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const { endpointInput, endpointOutput } = captureData;
    assert.equal(endpointInput.data, samplePhoto().toString("base64"));
    assert.equal(endpointInput.observedContentType, "image/jpeg");
    assert.equal(endpointOutput.encoding, "BASE64");
    assert.match(Buffer.from(endpointOutput.data, "base64").toString(), /predictions/);
  });

  it("go on where what they capture can't be written", async () => {
    await configure("uncaptured", "good", 1, {
      DataCaptureConfig: {
        EnableCapture: true,
        InitialSamplingPercentage: 100,
        // SageMaker's description allows it.
        DestinationS3Uri: "https://example.com/capture",
        CaptureOptions: [{ CaptureMode: "Input" }],
      },
    });
    await update("dogs", "uncaptured");
    // Outside of tests, one would end the sandbox.
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    await invoke("dogs");
    await pause(1500);
    process.off("unhandledRejection", note);
    assert.deepEqual(unhandled, []);
  });

  it("answer asynchronously by way of S3, and tell it to topics", async () => {
    const told: string[] = [];
    const listener = createServer((request, response) => {
      void text(request).then((body) => told.push(body));
      response.end();
    }).listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const TopicArn = "arn:aws:sns:us-east-1:123456789012:results";
    const Endpoint = `http://127.0.0.1:${port}`;
    await sns({ Action: "CreateTopic", Name: "results" });
    await sns({ Action: "Subscribe", TopicArn, Protocol: "http", Endpoint });
    await configure("async", "good", 1, {
      AsyncInferenceConfig: {
        OutputConfig: {
          S3OutputPath: `s3://${BUCKET}/answers/`,
          S3FailurePath: `s3://${BUCKET}/errors/`,
          NotificationConfig: { SuccessTopic: TopicArn, ErrorTopic: TopicArn },
        },
      },
    });
    await create("later", "async");
    await settled("later");
    const ask = (InputLocation: string) =>
      runtime.send(
        new InvokeEndpointAsyncCommand({
          ...{ EndpointName: "later", InputLocation, InferenceId: "mine" },
          ...{ ContentType: "image/jpeg", Accept: "application/vnd.kennel+json" },
        }),
      );
    const accepted = await ask(await putArchive(s3, "requests/photo", samplePhoto()));
    assert.equal(accepted.InferenceId, "mine");
    const [answer, json] = await onlyObject("answers/");
    assert.equal(accepted.OutputLocation, `s3://${BUCKET}/${answer}`);
    assert.match(json, /predictions/);
    const { FailureLocation } = await ask(await putArchive(s3, "requests/none", Buffer.from("-")));
    const [failure, reason] = await onlyObject("errors/");
    assert.equal(FailureLocation, `s3://${BUCKET}/${failure}`);
    assert.match(reason, /not a photo|image|photo/i);
    // Each is told once its answer is in S3; the second may be told first.
    const isTold = (what: RegExp): boolean => told.some((each) => what.test(each));
    while (!isTold(/failureReason/) || !isTold(/Completed.*outputLocation/)) {
      await pause(50);
    }
    listener.close();
    await assert.rejects(invoke("later"), /asynchronous/);
    await assert.rejects(
      runtime.send(
        new InvokeEndpointAsyncCommand({ EndpointName: "dogs", InputLocation: "s3://bucket/a" }),
      ),
      /not asynchronous/,
    );
  });

  it("leave what SageMaker has besides to moto", async () => {
    const { NotebookInstances } = await sageMaker.send(new ListNotebookInstancesCommand({}));
    assert.deepEqual(NotebookInstances, []);
  });
});
