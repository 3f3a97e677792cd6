import assert from "node:assert/strict";
import { connectAccount, runEndpoint, type ConnectedAccount } from "../testing/live-account";
import { boundsInForce } from "./bounds-in-force";

describe("the bounds of a new endpoint's scaling", () => {
  let connected: ConnectedAccount;
  const otherwise = { minInstances: 1, maxInstances: 2 };
  const day = { minInstances: 4, maxInstances: 8 };
  const former = "kennel-dev-main-000001";

  beforeEach(async () => {
    connected = await connectAccount();
  });

  afterEach(() => {
    connected.stop();
  });

  const bounds = () =>
    boundsInForce(
      connected.account,
      { endpointName: "kennel-dev-main-abc123", variantName: "primary" },
      otherwise,
      [day, otherwise],
    );

  const register = (minCapacity: number, maxCapacity: number): void => {
    runEndpoint(connected.sageMaker, former, { instances: 5 });
    connected.sageMaker.bounds.set(`endpoint/${former}/variant/primary`, {
      minCapacity,
      maxCapacity,
    });
  };

  it("are those outside of scheduled times where it takes nothing's place", async () => {
    assert.deepEqual(await bounds(), otherwise);
  });

  it("are those of the scheduled time that its predecessor is in", async () => {
    register(4, 8);
    assert.deepEqual(await bounds(), day);
  });

  it("are not those that no scheduled time has", async () => {
    register(3, 3);
    assert.deepEqual(await bounds(), otherwise);
  });
});
