import assert from "node:assert/strict";
import { connectAccount, runEndpoint, type ConnectedAccount } from "../testing/live-account";
import type { Misfortune } from "../offline/endpoint-deployment";
import { deviation } from "./served-configuration";

const alarmNames = ["main-latency", "main-5xx"];
const deployment = {
  BlueGreenUpdatePolicy: {
    TrafficRoutingConfiguration: {
      Type: "CANARY",
      CanarySize: { Type: "CAPACITY_PERCENT", Value: 10 },
      WaitIntervalInSeconds: 300,
    },
  },
  AutoRollbackConfiguration: { Alarms: alarmNames.map((AlarmName) => ({ AlarmName })) },
} as const;

describe("an endpoint after an update", () => {
  let connected: ConnectedAccount;

  beforeEach(async () => {
    connected = await connectAccount();
    const { sageMaker } = connected;
    for (const name of alarmNames) {
      sageMaker.alarms.set(name, { isInAlarm: false, reason: "Below the threshold.", since: 0 });
    }
    runEndpoint(sageMaker, "live", { configuration: "former" });
    sageMaker.configurations.set("new", { variants: new Map([["primary", 1]]) });
  });

  afterEach(() => {
    connected.stop();
  });

  const update = async (misfortune?: Misfortune): Promise<string | undefined> => {
    const { sageMaker, account } = connected;
    sageMaker.misfortune = misfortune;
    sageMaker.update("live", "new", deployment);
    sageMaker.settle("live");
    return deviation(account, { endpointName: "live", configurationName: "new", alarmNames });
  };

  it("serves what it should", async () => {
    assert.equal(await update(), undefined);
  });

  for (const misfortune of ["canary", "alarm"] as const) {
    it(`tells which alarm took it back: ${misfortune}`, async () => {
      const message = (await update(misfortune)) ?? "";
      assert.match(message, /serves the configuration former and not new: SageMaker rolled/);
      assert.match(message, /- the alarm main-latency is in ALARM since \S+: Threshold Crossed/);
      assert.doesNotMatch(message, /main-5xx/);
      assert.match(message, /pulumi up --refresh/);
    });
  }

  for (const [misfortune, reason] of [
    ["crash", /SageMaker says: The primary container .* ping/],
    ["capacity", /SageMaker says: .*InsufficientInstanceCapacity/],
    ["timeout", /SageMaker says: .*timeout/],
  ] as const) {
    it(`tells SageMaker's reason and where the log is: ${misfortune}`, async () => {
      const message = (await update(misfortune)) ?? "";
      assert.match(message, reason);
      assert.match(message, /log group \/aws\/sagemaker\/Endpoints\/live/);
    });
  }

  it("may be gone", async () => {
    connected.sageMaker.delete("live");
    const rollout = { endpointName: "live", configurationName: "new", alarmNames: [] };
    assert.match((await deviation(connected.account, rollout))!, /There is no endpoint live/);
  });
});
