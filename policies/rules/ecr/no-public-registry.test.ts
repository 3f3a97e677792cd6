import assert from "node:assert/strict";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { noPublicRegistry } from "./no-public-registry";

const said = (type: string, props: Record<string, unknown>): string[] =>
  outcomesOf(noPublicRegistry, [testResource({ type, props })]).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );

describe("no-public-registry", () => {
  it("finds repositories of the public registry and passes the others", () => {
    for (const type of ["aws:ecrpublic/repository:Repository", "aws-native:ecr:PublicRepository"]) {
      assert.match(said(type, {})[0]!, /everybody can pull/);
    }
    assert.deepEqual(said("aws:ecr/repository:Repository", {}), []);
  });
});
