import assert from "node:assert/strict";

import { loadWithMocks } from "../mocks";

describe("the example github-deployer", function () {
  this.timeout(60_000);

  it("trusts jobs of one environment of one repository, and nobody else", async () => {
    const find = await loadWithMocks("github-deployer", {
      "github-deployer:repository": "example/dogs",
    });
    const { assumeRolePolicy } = find("aws:iam/role:Role", "prod");
    assert.match(JSON.stringify(assumeRolePolicy), /repo:example\/dogs:environment:prod/);
    assert.doesNotMatch(JSON.stringify(assumeRolePolicy), /StringLike/);
  });
});
