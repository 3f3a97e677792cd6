import assert from "node:assert/strict";

import { type Inputs, loadWithMocks } from "../mocks";

describe("the example canary", function () {
  this.timeout(60_000);

  it("tries a new model on a tenth of the capacity, and rolls it back on an alarm", async () => {
    const find = await loadWithMocks("canary");
    const endpoint = find("aws:sagemaker/endpoint:Endpoint", "dogs");
    const deployment = endpoint["deploymentConfig"] as Record<string, Inputs>;
    const routing = deployment["blueGreenUpdatePolicy"]?.["trafficRoutingConfiguration"];
    assert.deepEqual((routing as Inputs)["canarySize"], { type: "CAPACITY_PERCENT", value: 10 });
    const { alarms } = deployment["autoRollbackConfiguration"] as { alarms: Inputs[] };
    assert.equal(alarms.length, 2);
  });
});
