import assert from "node:assert/strict";
import { connectAccount, runEndpoint, type ConnectedAccount } from "../testing/live-account";
import type { LiveAccount } from "./account";
import { settledEndpoint } from "./settled-endpoint";

describe("an endpoint before it is updated", () => {
  let connected: ConnectedAccount;

  beforeEach(async () => {
    connected = await connectAccount();
  });

  afterEach(() => {
    connected.stop();
  });

  /** The account, in which time passes with each question. */
  const passing = (seconds: number): LiveAccount => ({
    ...connected.account,
    endpoint: async (name) => {
      const answer = await connected.account.endpoint(name);
      connected.sageMaker.advance(seconds);
      return answer;
    },
  });

  const growing = (): void => {
    const { sageMaker } = connected;
    runEndpoint(sageMaker, "live", { instances: 1 });
    sageMaker.bounds.set("endpoint/live/variant/primary", { minCapacity: 1, maxCapacity: 4 });
    sageMaker.load = 4;
    sageMaker.advance(1);
  };

  it("is waited for while scaling changes it", async () => {
    growing();
    const endpoint = await settledEndpoint(passing(60), "live", { interval: 1, limit: 100 });
    assert.equal(endpoint?.status, "InService");
    assert.equal(endpoint.instances["primary"], 4);
  });

  it("is taken as it is in a preview", async () => {
    growing();
    assert.equal((await settledEndpoint(connected.account, "live", "none"))?.status, "Updating");
  });

  it("is not waited for without an end", async () => {
    growing();
    await assert.rejects(
      settledEndpoint(connected.account, "live", { interval: 1, limit: 3 }),
      /The endpoint live has been Updating for .* minutes.* run pulumi up again/,
    );
  });

  it("may not exist", async () => {
    assert.equal(await settledEndpoint(connected.account, "live"), undefined);
  });

  it("is refused where it is Failed, with the reason and the way out", async () => {
    const { sageMaker } = connected;
    sageMaker.configurations.set("c", { variants: new Map([["primary", 1]]) });
    sageMaker.misfortune = "crash";
    sageMaker.create("live", "c");
    sageMaker.settle("live");
    for (const patience of [undefined, "none"] as const) {
      await assert.rejects(
        settledEndpoint(connected.account, "live", patience),
        /live is Failed: The primary container .*\n {2}aws sagemaker delete-endpoint --endpoint-name live\n/,
      );
    }
  });
});
