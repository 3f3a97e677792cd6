import assert from "node:assert/strict";
import { connectAccount, runEndpoint, type ConnectedAccount } from "../testing/live-account";
import { clientConfig } from "./connection";
import { sdkAccount } from "./sdk-account";

describe("the account as the AWS SDK sees it", () => {
  let connected: ConnectedAccount;

  before(async () => {
    connected = await connectAccount();
    runEndpoint(connected.sageMaker, "live", { configuration: "c", initial: 2, instances: 3 });
  });

  after(() => {
    connected.stop();
  });

  it("has endpoints with their instances, and configurations with those they start with", async () => {
    const { account } = connected;
    assert.deepEqual(await account.endpoint("live"), {
      name: "live",
      status: "InService",
      configurationName: "c",
      instances: { primary: 3 },
      desiredInstances: { primary: 3 },
      failureReason: undefined,
      changed: undefined,
    });
    assert.equal(await account.initialInstances("c", "primary"), 2);
    assert.deepEqual(await account.endpointNames("iv"), ["live"]);
  });

  it("has no endpoint or configuration of a name that nothing has", async () => {
    const { account } = connected;
    assert.equal(await account.endpoint("other"), undefined);
    assert.equal(await account.initialInstances("other", "primary"), undefined);
    assert.equal(await account.initialInstances("c", "other"), undefined);
  });

  it("tells which permission is missing, for what, and what to do", async () => {
    const { account, denied } = connected;
    for (const [action, ask] of [
      ["sagemaker:DescribeEndpoint", () => account.endpoint("live")],
      ["sagemaker:DescribeEndpointConfig", () => account.initialInstances("c", "primary")],
      ["sagemaker:ListEndpoints", () => account.endpointNames("live")],
      ["application-autoscaling:DescribeScalableTargets", () => account.bounds(["live"])],
      ["cloudwatch:DescribeAlarms", () => account.alarms(["live"])],
    ] as const) {
      denied.add(action);
      await assert.rejects(
        ask(),
        new RegExp(`may not call ${action} \\(.*\\)\\. .*allow ${action} to whoever runs pulumi`),
      );
    }
    denied.clear();
  });

  it("tells that there are no credentials, and what to set", async () => {
    const nowhere = sdkAccount({
      region: "us-east-1",
      profile: "nobody",
      sharedConfigFiles: ["/nonexistent/config"],
      sharedCredentialsFiles: ["/nonexistent/credentials"],
    });
    await assert.rejects(nowhere.endpoint("live"), /no AWS credentials .* set aws:profile/);
  });

  it("is where the provider's settings say", async () => {
    const config = await clientConfig(
      {
        region: "eu-central-1",
        accessKey: "AKIAEXAMPLE",
        secretKey: "secret",
        token: "token",
        endpoints: [{ sagemaker: "http://127.0.0.1:1" }],
        useFipsEndpoint: "true" as unknown as boolean,
      },
      "sagemaker",
    );
    const { credentials, ...rest } = config;
    assert.deepEqual(rest, {
      region: "eu-central-1",
      endpoint: "http://127.0.0.1:1",
      useFipsEndpoint: true,
    });
    assert.deepEqual(await credentials(), {
      accessKeyId: "AKIAEXAMPLE",
      secretAccessKey: "secret",
      sessionToken: "token",
    });
  });
});
