import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import type { ModelSource } from "../../model-source";
import type { EndpointConfig } from "../../schema/endpoint";
import { endpointSchema } from "../../testing/endpoint-schema";
import { allOf, only, statement } from "../../testing/find";
import { testDataBucket } from "../../testing/data-bucket";
import { testLocation } from "../../testing/location";
import { writeModelDirectory } from "../../testing/model-directory";
import { record, type RecordedResource, type Recording } from "../../offline/recorder";
import { Classifier } from "./classifier";
import { Image } from "../images/image";

const inBucket: ModelSource = { kind: "data-bucket", key: "models/7/model.tar.gz" };

interface Options {
  readonly model?: ModelSource;
  readonly settings?: EndpointConfig;
  readonly kmsKeyArn?: string;
  readonly buildFunction?: () => string;
}

function newClassifier(options: Options): Classifier {
  const location = testLocation();
  return new Classifier("main", {
    naming: { project: "kennel", stack: "dev" },
    location,
    dataBucket: testDataBucket(options.kmsKeyArn),
    image: new Image("inference", {
      repositoryName: "kennel-dev/inference",
      location,
      dockerfile: "containers/inference/Dockerfile",
    }),
    model: options.model ?? inBucket,
    settings: options.settings ?? endpointSchema.parse({ function: {} }),
    buildFunction: options.buildFunction ?? (() => "infra/iam"),
  });
}

function build(options: Options = {}): Promise<Recording<unknown>> {
  return record(() => newClassifier(options));
}

function modelUrl(recording: Recording<unknown>): unknown {
  const { inputs } = only(recording, "aws:sagemaker/model:Model");
  return (inputs["primaryContainer"] as Record<string, unknown>)["modelDataUrl"];
}

/** What of models the role may read: all but the photos of batches. */
const models = (role: RecordedResource): string[] =>
  (statement(role, "ReadObjects").Resource as string[]).filter((arn) => !arn.includes("/batch/"));

describe("Classifier", () => {
  it("connects the function to its own endpoint", async () => {
    const recording = await build();
    const endpoint = only(recording, "aws:sagemaker/endpoint:Endpoint").inputs["name"];
    assert.match(String(endpoint), /^kennel-dev-main-[0-9a-f]{6}$/);
    const permission = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-invoke");
    assert.equal(
      statement(permission, "InvokeEndpoint").Resource,
      `arn:aws:sagemaker:us-east-1:123456789012:endpoint/${String(endpoint)}`,
    );
    assert.deepEqual(only(recording, "aws:lambda/function:Function").inputs["environment"], {
      variables: { ENDPOINT_NAME: endpoint },
    });
  });

  it("moves the endpoint, the permission and the function to another name together", async () => {
    const larger = endpointSchema.parse({
      serving: { mode: "realtime", instanceType: "ml.m5.large" },
      function: {},
    });
    const before = await build();
    const after = await build({ settings: larger });
    for (const [type, name] of [
      ["aws:sagemaker/endpoint:Endpoint", "main"],
      ["aws:iam/rolePolicy:RolePolicy", "main-invoke"],
    ] as const) {
      assert.notEqual(
        only(after, type, name).inputs["name"],
        only(before, type, name).inputs["name"],
      );
    }
  });

  it("scales and has a function only where that is configured", async () => {
    let built = 0;
    const recording = await build({
      settings: endpointSchema.parse({}),
      buildFunction: () => `infra/iam/${(built += 1)}`,
    });
    assert.equal(built, 0, "a bundle nobody needs was built");
    assert.equal(allOf(recording, "aws:lambda/function:Function").length, 0);
    assert.equal(allOf(recording, "aws:appautoscaling/target:Target").length, 0);
    const scaled = await build({
      settings: endpointSchema.parse({ scaling: { maxInstances: 3 } }),
    });
    assert.equal(only(scaled, "aws:appautoscaling/target:Target").inputs["maxCapacity"], 3);
  });

  it("serves a key of the data bucket", async () => {
    const recording = await build();
    assert.equal(modelUrl(recording), "s3://team-data/models/7/model.tar.gz");
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-execution");
    assert.deepEqual(models(role), ["arn:aws:s3:::team-data/models/*"]);
  });

  it("serves an object of another bucket and may read its folder alone", async () => {
    const model: ModelSource = { kind: "object", bucket: "other", key: "dogs/7/model.tar.gz" };
    const recording = await build({ model, kmsKeyArn: "arn:aws:kms:us-east-1:1:key/1" });
    assert.equal(modelUrl(recording), "s3://other/dogs/7/model.tar.gz");
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-execution");
    assert.deepEqual(models(role), ["arn:aws:s3:::other/dogs/7/*"]);
    const { Condition } = statement(role, "DecryptObjects");
    assert.match(JSON.stringify(Condition), /"arn:aws:s3:::other","arn:aws:s3:::other\/\*"/);
  });

  it("may read one object at the top of a bucket and nothing beside it", async () => {
    const model: ModelSource = { kind: "object", bucket: "other", key: "model.tar.gz" };
    const role = only(await build({ model }), "aws:iam/rolePolicy:RolePolicy", "main-execution");
    assert.deepEqual(models(role), ["arn:aws:s3:::other/model.tar.gz"]);
  });

  it("may use the key of the data bucket", async () => {
    const kmsKeyArn = "arn:aws:kms:us-east-1:1:key/1";
    const role = only(
      await build({ kmsKeyArn }),
      "aws:iam/rolePolicy:RolePolicy",
      "main-execution",
    );
    assert.deepEqual(statement(role, "DecryptObjects").Resource, [kmsKeyArn]);
  });

  it("uploads a local model under its content's hash, once the bucket is private", async () => {
    const directory = writeModelDirectory();
    try {
      const recording = await build({ model: { kind: "directory", path: directory } });
      const object = only(recording, "aws:s3/bucketObjectv2:BucketObjectv2");
      const key = String(object.inputs["key"]);
      assert.match(key, /^models\/[0-9a-f]{16}\/model\.tar\.gz$/);
      assert.ok(object.inputs["source"] instanceof pulumi.asset.FileAsset);
      assert.equal(modelUrl(recording), `s3://team-data/${key}`);
      assert.equal(object.options.retainOnDelete, true);
      const block = only(recording, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock");
      assert.ok(object.dependencies.includes(block.urn));
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });

  it("tries another model beside its own", async () => {
    const settings = endpointSchema.parse({
      shadow: { model: "s3://other/next/model.tar.gz", percentage: 100 },
    });
    const recording = await build({ settings });
    const shadow = only(recording, "aws:sagemaker/model:Model", "main-shadow");
    assert.deepEqual(
      (shadow.inputs["primaryContainer"] as Record<string, unknown>)["modelDataUrl"],
      "s3://other/next/model.tar.gz",
    );
    const role = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-execution");
    assert.deepEqual(models(role), [
      "arn:aws:s3:::team-data/models/*",
      "arn:aws:s3:::other/next/*",
    ]);
  });

  it("tries its own model on another type of instance, and uploads it once", async () => {
    const directory = writeModelDirectory();
    try {
      const settings = endpointSchema.parse({ shadow: { instanceType: "ml.m5.large" } });
      const model: ModelSource = { kind: "directory", path: directory };
      const recording = await build({ model, settings });
      const object = only(recording, "aws:s3/bucketObjectv2:BucketObjectv2");
      const urls = allOf(recording, "aws:sagemaker/model:Model").map(
        ({ inputs }) => (inputs["primaryContainer"] as Record<string, unknown>)["modelDataUrl"],
      );
      const url = `s3://team-data/${String(object.inputs["key"])}`;
      assert.deepEqual(urls, [url, url]);
    } finally {
      fs.rmSync(directory, { recursive: true });
    }
  });

  it("rolls a new model out as configured, and back when its alarms go off", async () => {
    const settings = endpointSchema.parse({
      serving: { mode: "realtime", instanceCount: 2 },
      rollout: { strategy: "canary" },
    });
    const recording = await build({ settings });
    const endpoint = only(recording, "aws:sagemaker/endpoint:Endpoint");
    const deployment = endpoint.inputs["deploymentConfig"] as Record<string, unknown>;
    const { alarms } = deployment["autoRollbackConfiguration"] as {
      alarms: { alarmName: string }[];
    };
    assert.equal(alarms.length, 2);
    const latency = only(recording, "aws:cloudwatch/metricAlarm:MetricAlarm", "main-latency");
    assert.match(alarms[0]!.alarmName, new RegExp(`^${latency.name}-`));
    assert.ok(endpoint.dependencies.includes(latency.urn), "the alarm comes first");
  });

  it("has no alarms that nobody asked for", async () => {
    const recording = await build();
    assert.equal(allOf(recording, "aws:cloudwatch/metricAlarm:MetricAlarm").length, 0);
    const endpoint = only(recording, "aws:sagemaker/endpoint:Endpoint");
    assert.equal(endpoint.inputs["deploymentConfig"], undefined);
  });

  it("passes on names and address", async () => {
    const { result } = await record(() => {
      const { endpointName, functionName, functionUrl } = newClassifier({});
      return { endpointName, functionName, functionUrl };
    });
    assert.match(result.endpointName, /^kennel-dev-main-/);
    assert.equal(result.functionName, "kennel-dev-main");
    assert.match(result.functionUrl ?? "", /^https:/);
  });
});
