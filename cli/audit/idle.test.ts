import assert from "node:assert/strict";

import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { SageMakerClient } from "@aws-sdk/client-sagemaker";

import { startStandInHttp, type StandInHttp } from "../../infra/testing/stand-in-http";
import { clientSettings } from "../aws/clients";
import { type Sandbox, startSandbox } from "../sandbox/start";
import { inEnvironment } from "../testing/environment";
import type { Limits } from "./finding";
import { idleEndpointFindings, idleNotebookFindings } from "./idle";

const DAY = 86_400_000;
const REGION = "us-east-1";

/** Metrics are moto's; endpoints and notebooks of several ages are this test's own. */
describe("idle endpoints and notebooks", function () {
  this.timeout(120_000);

  let sandbox: Sandbox;
  let stand: StandInHttp;
  let leave: () => void;
  const limits: Limits = { now: new Date(), unusedDays: 90, idleDays: 14 };
  const seconds = (daysAgo: number): number => (limits.now.getTime() - daysAgo * DAY) / 1000;
  const arn = (name: string): string => `arn:aws:sagemaker:${REGION}:123456789012:x/${name}`;
  /** Age in days, by endpoint. */
  const endpoints = {
    asked: 30,
    "asked-long-ago": 30,
    async: 30,
    idle: 30,
    "kennel-prod": 30,
    young: 3,
  };
  const notebooks = { forgotten: 20, fresh: 1 };
  const ended: unknown[] = [];

  before(async () => {
    sandbox = await startSandbox();
    stand = await startStandInHttp({
      "SageMaker.ListEndpoints": ({ StatusEquals }) => ({
        Endpoints: Object.entries(endpoints).map(([EndpointName, age]) => ({
          EndpointName,
          EndpointArn: arn(EndpointName),
          CreationTime: seconds(age),
          EndpointStatus: StatusEquals,
        })),
      }),
      "SageMaker.DescribeEndpoint": () => ({ ProductionVariants: [{ VariantName: "main" }] }),
      "SageMaker.ListNotebookInstances": () => ({
        NotebookInstances: Object.entries(notebooks).map(([NotebookInstanceName, age]) => ({
          NotebookInstanceName,
          NotebookInstanceArn: arn(NotebookInstanceName),
          LastModifiedTime: seconds(age),
        })),
      }),
      "SageMaker.ListTags": ({ ResourceArn }) => ({
        Tags: String(ResourceArn).endsWith("/kennel-prod")
          ? [{ Key: "Stack", Value: "kennel/prod" }]
          : [],
      }),
      "SageMaker.DeleteEndpoint": ({ EndpointName }) => {
        ended.push(EndpointName);
        return {};
      },
      "SageMaker.StopNotebookInstance": ({ NotebookInstanceName }) => {
        ended.push(NotebookInstanceName);
        return {};
      },
    });
    leave = inEnvironment({ ...sandbox.environment, AWS_ENDPOINT_URL_SAGEMAKER: stand.url });
    const cloudWatch = new CloudWatchClient(clientSettings(REGION));
    const invoked = (endpoint: string, daysAgo: number, MetricName = "Invocations") =>
      cloudWatch.send(
        new PutMetricDataCommand({
          Namespace: "AWS/SageMaker",
          MetricData: [
            {
              MetricName,
              Dimensions: [
                { Name: "EndpointName", Value: endpoint },
                ...(MetricName === "Invocations" ? [{ Name: "VariantName", Value: "main" }] : []),
              ],
              Timestamp: new Date(limits.now.getTime() - daysAgo * DAY),
              Value: 1,
            },
          ],
        }),
      );
    await invoked("asked", 10);
    await invoked("asked-long-ago", 20);
    await invoked("async", 2, "InvocationsProcessed");
  });

  after(async () => {
    leave?.();
    stand?.stop();
    await sandbox?.stop();
  });

  it("are endpoints that nobody has asked, old enough to have been", async () => {
    const client = new SageMakerClient(clientSettings(REGION));
    const findings = await idleEndpointFindings(client, REGION, limits);
    assert.deepEqual(
      findings.map(({ resource, owner, removal }) => [resource, owner, removal?.what]),
      [
        ["asked-long-ago", null, "delete the endpoint asked-long-ago"],
        ["idle", null, "delete the endpoint idle"],
        ["kennel-prod", "kennel/prod", undefined],
      ],
    );
    await findings[1]!.removal!.run();
    assert.deepEqual(ended.splice(0), ["idle"]);
  });

  it("are notebooks that have run for so long; they are stopped, and keep their disks", async () => {
    const client = new SageMakerClient(clientSettings(REGION));
    const [found, ...others] = await idleNotebookFindings(client, limits);
    assert.deepEqual([found!.resource, others], ["forgotten", []]);
    assert.match(found!.message, /20 days ago/);
    await found!.removal!.run();
    assert.deepEqual(ended.splice(0), ["forgotten"]);
  });
});
