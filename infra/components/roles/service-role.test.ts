import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { policy } from "../../iam/documents";
import { invokeEndpoint } from "../../iam/statements";
import type { RoleConfig } from "../../schema/role";
import { allOf, only } from "../../testing/find";
import { testLocation } from "../../testing/location";
import { record, type RecordOptions } from "../../offline/recorder";
import { permissionsByRole, serviceRole, type ServiceRoleArgs } from "./service-role";

const endpointArn = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/dogs";
const document = policy(invokeEndpoint(endpointArn));

function build(
  settings?: RoleConfig,
  args: Partial<ServiceRoleArgs> = {},
  options?: RecordOptions,
) {
  return record(() => {
    const parent = new pulumi.ComponentResource("test:index:Parent", "parent");
    const role = serviceRole(
      "main",
      {
        service: "lambda.amazonaws.com",
        location: testLocation(),
        description: "What the function may do",
        permissions: [{ resourceName: "main-invoke", policy: document }],
        settings,
        ...args,
      },
      { parent },
    );
    return { arn: role.arn, name: role.name, toGrant: role.toGrant };
  }, options);
}

describe("serviceRole", () => {
  it("creates a role with its permissions, and leaves nothing to grant", async () => {
    const recording = await build();
    const role = only(recording, "aws:iam/role:Role", "main");
    const permissions = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-invoke");
    assert.equal(permissions.parent, role.urn);
    assert.equal(role.inputs["path"], "/kennel/dev/");
    assert.deepEqual(permissions.inputs["policy"], document);
    assert.deepEqual(recording.result.toGrant, []);
  });

  it("says for which account where the service does", async () => {
    const trustOf = async (service: ServiceRoleArgs["service"]): Promise<string> =>
      JSON.stringify(
        only(await build(undefined, { service }), "aws:iam/role:Role").inputs["assumeRolePolicy"],
      );
    assert.match(await trustOf("sagemaker.amazonaws.com"), /aws:SourceAccount":"123456789012"/);
    assert.doesNotMatch(await trustOf("lambda.amazonaws.com"), /Condition/);
  });

  it("uses an existing role as it is, and says in a preview what its owner has to grant", async () => {
    const settings = { existing: "team-functions", attach: false };
    const recording = await build(settings, {}, { stage: "preview" });
    assert.equal(recording.result.arn, "arn:aws:iam::123456789012:role/team-functions");
    assert.equal(allOf(recording, "aws:iam/role:Role").length, 0);
    assert.equal(allOf(recording, "aws:iam/rolePolicy:RolePolicy").length, 0);
    assert.deepEqual(recording.result.toGrant, [
      { role: "team-functions", policies: { "main-invoke": document } },
    ]);
  });

  it("attaches the permissions to an existing role only when it is told to", async () => {
    const recording = await build({ existing: "team-functions", attach: true });
    const { inputs } = only(recording, "aws:iam/rolePolicy:RolePolicy", "main-invoke");
    assert.equal(inputs["role"], "team-functions");
    assert.equal(allOf(recording, "aws:iam/role:Role").length, 0);
    assert.deepEqual(recording.result.toGrant, []);
  });

  it("refuses a role that the service can't take", async () => {
    await assert.rejects(
      build(
        { existing: "team-tasks", attach: false },
        { service: "tasks.amazonaws.com" as ServiceRoleArgs["service"] },
      ),
      /role team-tasks can't be used: its trust policy does not allow tasks\.amazonaws\.com/,
    );
  });
});

describe("permissionsByRole", () => {
  it("puts the tasks of one role side by side", () => {
    const grant = (role: string, name: string) => ({ role, policies: { [name]: document } });
    const shared = { toGrant: [grant("team", "main-invoke"), grant("other", "main-execution")] };
    assert.deepEqual(
      permissionsByRole([shared, undefined, { toGrant: [grant("team", "training")] }]),
      {
        team: { "main-invoke": document, training: document },
        other: { "main-execution": document },
      },
    );
  });
});
