import assert from "node:assert/strict";

import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  StopInstancesCommand,
} from "@aws-sdk/client-ec2";
import { SSMClient } from "@aws-sdk/client-ssm";

import {
  StandInAwsError,
  type StandInHttp,
  startStandInHttp,
} from "../../infra/testing/stand-in-http";
import { clientSettings } from "../aws/clients";
import { startSandbox, type Sandbox } from "../sandbox/start";
import { commandStatus, RUNNING, sendCommand } from "./trainer-command";
import { trainerHost } from "./trainer-host";

describe("a stack's trainer", function () {
  this.timeout(120_000);

  let sandbox: Sandbox;
  let systemsManager: StandInHttp;
  let ec2: EC2Client;
  let id: string;
  const sent: unknown[] = [];
  /** What is not there before the second look. */
  let looks = 0;
  const environment = { ...process.env };
  const naming = { project: "kennel", stack: "dev" };

  const stateOf = async (): Promise<string | undefined> => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name;
  };

  before(async () => {
    sandbox = await startSandbox();
    systemsManager = await startStandInHttp({
      "AmazonSSM.DescribeInstanceInformation": () => ({
        InstanceInformationList: (looks += 1) > 1 ? [{ InstanceId: id, PingStatus: "Online" }] : [],
      }),
      "AmazonSSM.SendCommand": (request) => {
        sent.push(request);
        return { Command: { CommandId: "11111111-1111-1111-1111-111111111111" } };
      },
      "AmazonSSM.GetCommandInvocation": () => {
        if ((looks += 1) === 1) {
          throw new StandInAwsError("InvocationDoesNotExist", "not yet");
        }
        return { Status: "Success" };
      },
    });
    Object.assign(process.env, sandbox.environment, { AWS_ENDPOINT_URL_SSM: systemsManager.url });
    ec2 = new EC2Client(clientSettings());
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: "ami-12c6146b",
        InstanceType: "t3.medium",
        MinCount: 1,
        MaxCount: 1,
      }),
    );
    id = Instances![0]!.InstanceId!;
    const Tags = [{ Key: "Name", Value: "kennel-dev-trainer" }];
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
  });

  after(async () => {
    systemsManager.stop();
    await sandbox.stop();
    process.env = environment;
  });

  it("is started where it has stopped, and waited for until it takes commands", async () => {
    assert.equal(await stateOf(), "stopped");
    const start = `aws ec2 start-instances --region us-east-1 --instance-ids ${id}`;
    const host = await trainerHost(naming, "us-east-1", start, new AbortController().signal);
    assert.deepEqual(host, { instanceId: id, instanceType: "t3.medium" });
    assert.equal(await stateOf(), "running");
    assert.ok(looks >= 2);
  });

  it("is left where the user leaves", async () => {
    looks = 0;
    await assert.rejects(
      trainerHost(naming, "us-east-1", "", AbortSignal.abort()),
      /left before the training began/,
    );
  });

  it("runs commands as root's shell does, and tells when they have ended", async () => {
    const ssm = new SSMClient(clientSettings());
    const host = { instanceId: id, instanceType: "t3.medium" };
    const command = await sendCommand(ssm, host, ["kennel-train --epochs 5"]);
    assert.deepEqual(sent, [
      {
        DocumentName: "AWS-RunShellScript",
        InstanceIds: [id],
        Parameters: { commands: ["kennel-train --epochs 5"], executionTimeout: ["172800"] },
      },
    ]);
    looks = 0;
    assert.ok(RUNNING.has(await commandStatus(ssm, host, command)));
    assert.equal(await commandStatus(ssm, host, command), "Success");
  });
});
