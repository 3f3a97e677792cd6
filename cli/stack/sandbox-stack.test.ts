import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";

import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeEndpointCommand,
  ListEndpointConfigsCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";

import { clientSettings } from "../aws/clients";
import { startSandbox, type Sandbox } from "../sandbox/start";
import { modelLike, TemporaryStack } from "../testing/temporary-stack";
import { openStack } from "./open-stack";
import { type Stack, UpdateInProgress } from "./stack";

const SETTINGS = {
  environment: "dev",
  endpoints: {
    main: {
      model: "samples/model",
      scaling: { minInstances: 2, maxInstances: 4 },
      rollout: { strategy: "canary", percentage: 50 },
    },
  },
};

describe("a stack in the sandbox", function () {
  this.timeout(600_000);
  let sandbox: Sandbox;
  let stack: Stack;
  const files = new TemporaryStack();
  const environment = { ...process.env };

  before(async () => {
    sandbox = await startSandbox({ speed: 600 });
    Object.assign(process.env, sandbox.environment);
    files.configure(SETTINGS);
    stack = await openStack(files.name);
  });

  after(async () => {
    files.remove();
    process.env = environment;
    await sandbox.stop();
  });

  const order = (route: string, body: object): Promise<Response> =>
    fetch(`${sandbox.url}/_kennel/${route}`, { method: "POST", body: JSON.stringify(body) });
  const withModel = (model: string): void => {
    const { main } = SETTINGS.endpoints;
    files.configure({ ...SETTINGS, endpoints: { main: { ...main, model } } });
  };
  const endpoint = async () => {
    const { endpointNames } = await stack.outputs();
    const client = new SageMakerClient(clientSettings());
    return client.send(new DescribeEndpointCommand({ EndpointName: endpointNames["main"] }));
  };

  const rollbackAlarm = async (): Promise<string> => {
    const { LastDeploymentConfig } = await endpoint();
    return LastDeploymentConfig!.AutoRollbackConfiguration!.Alarms![0]!.AlarmName!;
  };

  /** Updates the stack; the lines about its resources. */
  const changes = async (): Promise<string[]> => {
    const lines: string[] = [];
    await stack.update((line) => lines.push(line));
    return lines.filter((line) => /^(created|updated|replaced|deleted) /.test(line));
  };

  it("is not there before it is created", async () => {
    await assert.rejects(stack.outputs(), /run kennel sandbox --stack test-/);
    assert.equal(stack.kind, "sandbox");
  });

  it("is created, and stays as it is where nothing changes", async () => {
    const lines = await changes();
    assert.ok(lines.filter((line) => line.startsWith("created ")).length > 20);
    assert.ok(lines.includes("created Endpoint main"));
    assert.equal((await endpoint()).EndpointStatus, "InService");
    assert.deepEqual(await changes(), []);
    assert.deepEqual(await stack.drift(), []);
  });

  it("serves another model with as many instances as run, and remembers the former", async () => {
    const { endpointNames, modelUris } = await stack.outputs();
    await order("load", { endpointName: endpointNames["main"], instances: 3 });
    while ((await endpoint()).ProductionVariants?.[0]?.CurrentInstanceCount !== 3) {
      await pause(200);
    }
    withModel(modelLike({ "metrics.json": '{"test_accuracy": 0.9}' }));
    const replaced = (await changes()).filter((line) => line.startsWith("replaced "));
    assert.deepEqual(replaced, ["replaced Model main", "replaced EndpointConfiguration main"]);
    const { ProductionVariants } = await endpoint();
    assert.equal(ProductionVariants?.[0]?.CurrentInstanceCount, 3);
    const [now, former] = await stack.history();
    assert.deepEqual(former?.models, modelUris);
    assert.notDeepEqual(now?.models, modelUris);
    const configurations = await new SageMakerClient(clientSettings()).send(
      new ListEndpointConfigsCommand({}),
    );
    assert.equal(configurations.EndpointConfigs?.length, 2, "the former one is kept");
  });

  it("fails where SageMaker rolls back, and tries again next time", async () => {
    withModel(modelLike({ "metrics.json": '{"test_accuracy": 0.91}' }));
    await order("misfortune", { kind: "canary" });
    await assert.rejects(stack.update(), /SageMaker rolled the update back[^]*alarm/);
    const AlarmName = await rollbackAlarm();
    const quiet = { AlarmName, StateValue: "OK", StateReason: "quiet again" } as const;
    await new CloudWatchClient(clientSettings()).send(new SetAlarmStateCommand(quiet));
    await stack.update();
    assert.deepEqual(await stack.drift(), []);
  });

  it("names what somebody else has deleted", async () => {
    const client = new CloudWatchClient(clientSettings());
    await client.send(new DeleteAlarmsCommand({ AlarmNames: [await rollbackAlarm()] }));
    const [drift, ...others] = await stack.drift();
    assert.equal(drift?.type, "aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.equal(drift.what, "was deleted");
    assert.equal(others.length, 0);
  });

  it("is changed by one at a time", async () => {
    const both = await Promise.allSettled([stack.update(), stack.update()]);
    const refused = both.filter((each) => each.status === "rejected");
    assert.equal(refused.length, 1);
    assert.ok(refused[0]!.reason instanceof UpdateInProgress);
  });

  it("names a mistake of the configuration as a preview does", async () => {
    files.configure({ ...SETTINGS, environment: "nowhere" });
    await assert.rejects(stack.update(), /kennel:environment/);
    files.configure(SETTINGS);
  });

  it("loses what the configuration no longer declares, but for what is retained", async () => {
    const client = new SageMakerClient(clientSettings());
    const { EndpointName } = await endpoint();
    const kept = await client.send(new ListEndpointConfigsCommand({}));
    const { bucketName } = await stack.outputs();
    files.configure({ environment: "dev", endpoints: {}, data: { existing: "theirs" } });
    const deleted = (await changes()).filter((line) => line.startsWith("deleted "));
    assert.ok(deleted.length > 10, deleted.join("\n"));
    const bucket = new HeadBucketCommand({ Bucket: bucketName });
    await assert.rejects(new S3Client(clientSettings()).send(bucket), { name: "NotFound" });
    const missing = new DescribeEndpointCommand({ EndpointName });
    await assert.rejects(client.send(missing), /could not find endpoint/i);
    assert.deepEqual((await stack.outputs()).endpointNames, {});
    assert.deepEqual(await stack.drift(), []);
    const { EndpointConfigs } = await client.send(new ListEndpointConfigsCommand({}));
    assert.equal(EndpointConfigs!.length, kept.EndpointConfigs!.length);
  });
});
