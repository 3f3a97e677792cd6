import assert from "node:assert/strict";

import { resolveIdentity } from "../../../infra/offline/aws-identities";
import { validateRequests } from "../../../infra/testing/validate-requests";
import { evaluateStack } from "../../deployer/deployer";
import { exampleStack } from "../../deployer/example";
import { OFFLINE_ACCOUNT } from "../../offline-account";
import { storable } from "./files";
import { lifecycles } from "./lifecycles";
import { isInAws, requestsAbout } from "./operations";

const account = { accountId: OFFLINE_ACCOUNT, region: "us-east-1", partition: "aws" };

describe("the sandbox's requests about what exists", function () {
  this.timeout(60_000);

  it("are those that AWS describes, and name what they are about", async () => {
    const { resources } = await evaluateStack(exampleStack, OFFLINE_ACCOUNT);
    const about = resources
      .filter(({ type }) => isInAws(type))
      .flatMap(({ type, name, inputs }) => {
        const { id, computed, generatedName } = resolveIdentity(account, type, name, inputs);
        const existing = { id, outputs: storable({ ...computed, ...generatedName, ...inputs }) };
        const { checks = [], deletes = [] } = lifecycles[type]!;
        const requests = requestsAbout(account, type, existing, [checks, deletes].flat());
        return requests.map((request) => ({ name, request }));
      });
    const refused = await validateRequests(about.map(({ request }) => request));
    // The provider keeps the id of a permission's statement, which it makes itself.
    assert.deepEqual(
      about.filter(
        (_, index) =>
          refused[index]!.length > 0 && about[index]!.request.operation !== "RemovePermission",
      ),
      [],
    );
    const ofEndpoint = about.filter(({ request: { operation } }) => operation.endsWith("Endpoint"));
    assert.deepEqual(
      ofEndpoint.slice(0, 2).map(({ request: { operation, request } }) => [operation, request]),
      [
        ["DescribeEndpoint", { EndpointName: "kennel-prod-main-9278e3" }],
        ["DeleteEndpoint", { EndpointName: "kennel-prod-main-9278e3" }],
      ],
    );
  });
});
