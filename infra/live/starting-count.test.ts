import assert from "node:assert/strict";
import fc from "fast-check";
import { connectAccount, runEndpoint, type ConnectedAccount } from "../testing/live-account";
import type { LiveAccount, EndpointState } from "./account";
import { startingCount } from "./starting-count";

const endpointName = "kennel-dev-main-abc123";
const fleet = {
  endpointName,
  variantName: "primary",
  instanceCount: 2,
  minInstances: 1,
  maxInstances: 8,
};

describe("the instances that a configuration starts with", () => {
  let connected: ConnectedAccount;

  beforeEach(async () => {
    connected = await connectAccount();
  });

  afterEach(() => {
    connected.stop();
  });

  const count = async (namePrefix?: string, more: Partial<typeof fleet> = {}): Promise<number> => {
    const { account } = connected;
    const current = await account.endpoint(endpointName);
    return startingCount(account, { ...fleet, ...more }, current, namePrefix);
  };

  it("are those of the configuration where there is nothing yet", async () => {
    assert.equal(await count("main-1-"), 2);
  });

  it("are those that run", async () => {
    runEndpoint(connected.sageMaker, endpointName, { configuration: "main-1-x", instances: 5 });
    assert.equal(await count("main-2-"), 5);
    assert.equal(await count(undefined), 5, "in a preview that does not know the model");
  });

  it("are those that scaling has just asked for, or still has", async () => {
    const { sageMaker } = connected;
    runEndpoint(sageMaker, endpointName, { instances: 3 });
    sageMaker.bounds.set(`endpoint/${endpointName}/variant/primary`, {
      minCapacity: 1,
      maxCapacity: 8,
    });
    sageMaker.load = 6;
    sageMaker.advance(10);
    assert.equal(sageMaker.endpoints.get(endpointName)?.status, "Updating");
    assert.equal(await count("new-"), 6);
    sageMaker.advance(600);
    sageMaker.load = 2;
    sageMaker.advance(10);
    assert.equal(await count("new-"), 6);
  });

  it("stay what they are in a configuration that is live already, however many run", async () => {
    runEndpoint(connected.sageMaker, endpointName, { configuration: "main-1-x", instances: 5 });
    assert.equal(await count("main-1-"), 1);
  });

  it("are those that run where somebody deleted the configuration that is live", async () => {
    const { sageMaker } = connected;
    runEndpoint(sageMaker, endpointName, { configuration: "main-1-x", instances: 5 });
    sageMaker.configurations.delete("main-1-x");
    assert.equal(await count("main-1-"), 5);
  });

  it("are those of the endpoint whose place this one takes, also from another mode", async () => {
    const { sageMaker } = connected;
    runEndpoint(sageMaker, "kennel-dev-main-000001", { instances: 5 });
    runEndpoint(sageMaker, "kennel-dev-main-second-000002", { instances: 7 });
    runEndpoint(sageMaker, "kennel-dev-main-second", { instances: 7 });
    assert.equal(await count("main-1-"), 5);
  });

  it("are not those of a predecessor that failed, or that has none", async () => {
    const { sageMaker } = connected;
    sageMaker.configurations.set("c", { variants: new Map([["primary", 6]]) });
    sageMaker.misfortune = "capacity";
    sageMaker.create("kennel-dev-main-000001", "c");
    sageMaker.settle("kennel-dev-main-000001");
    sageMaker.configurations.set("serverless", { variants: new Map([["primary", undefined]]) });
    sageMaker.create("kennel-dev-main-000002", "serverless");
    sageMaker.settle("kennel-dev-main-000002");
    assert.equal(await count("main-1-"), 2);
  });

  it("are one at least, although an async endpoint may be at none", async () => {
    runEndpoint(connected.sageMaker, endpointName, { instances: 0 });
    assert.equal(await count("new-", { minInstances: 0 }), 1);
  });

  it("are never fewer than run or may run, never more than may, and never none", () => {
    const instances = fc.integer({ min: 0, max: 100 });
    return fc.assert(
      fc.asyncProperty(instances, instances, instances, async (running, lower, upper) => {
        const current: EndpointState = {
          name: endpointName,
          status: "InService",
          configurationName: "former",
          instances: { primary: running },
          desiredInstances: {},
        };
        const minInstances = Math.min(lower, upper);
        const maxInstances = Math.max(1, lower, upper);
        const result = await startingCount(
          {} as LiveAccount,
          { ...fleet, minInstances, maxInstances },
          current,
          "new-",
        );
        assert.ok(result >= Math.min(running, maxInstances) && result >= 1, String(result));
        assert.ok(result <= maxInstances && result >= minInstances, String(result));
      }),
    );
  });
});
