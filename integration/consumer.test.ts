import assert from "node:assert/strict";
import * as path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { Analyzer } from "../cli/preview/analyzer";
import { projectRoot } from "../infra/project-root";
import type { StackOutputs } from "../infra/stack-outputs";
import { encodeConfig } from "../infra/testing/arbitrary-config";
import { createAwsMocks } from "../infra/offline/aws-mocks";
import { evaluateProgram, recordProgram } from "../infra/offline/program";
import type { RegisteredResource } from "../infra/offline/registrations";

const stackName = "organization/kennel/prod";

/** The outputs of the real program, as another stack finds them. */
async function kennelOutputs(): Promise<StackOutputs> {
  const model = "models/7/model.tar.gz";
  const { result } = await recordProgram({
    stack: "prod",
    config: encodeConfig({
      endpoints: { main: { model, function: {} }, batch: { model, serving: { mode: "async" } } },
    }),
  });
  return result as unknown as StackOutputs;
}

async function deploy(outputs: object, endpoint?: string) {
  const settings = {
    project: "dog-app",
    stack: "prod",
    config: {
      "dog-app:kennel": stackName,
      ...(endpoint === undefined ? {} : { "dog-app:endpoint": endpoint }),
    },
    secretKeys: [],
  };
  const program = path.join(projectRoot, "infra", "consumer", "index.ts");
  const stacks = { [stackName]: outputs as Record<string, unknown> };
  return evaluateProgram(program, settings, createAwsMocks({ stacks }));
}

function invokePolicy(resources: readonly RegisteredResource[]): unknown {
  const { inputs } = resources.find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")!;
  return (inputs["policy"] as { Statement: unknown }).Statement;
}

let outputs: Promise<StackOutputs> | undefined;

/** {@link kennelOutputs}, evaluated once. */
function kennel(): Promise<StackOutputs> {
  return (outputs ??= kennelOutputs());
}

describe("an application that uses a Kennel stack", function () {
  this.timeout(60_000);

  it("may invoke exactly the function that the stack names", async () => {
    const { resources, outputs: own } = await deploy(await kennel());
    assert.equal(own["functionName"], "kennel-prod-main");
    assert.deepEqual(invokePolicy(resources), [
      {
        Sid: "Classify",
        Effect: "Allow",
        Action: "lambda:InvokeFunction",
        Resource: "arn:aws:lambda:us-east-1:123456789012:function:kennel-prod-main:live",
      },
    ]);
  });

  it("passes the policy pack without a finding but for its missing tags", async () => {
    const analyzer = await Analyzer.start(path.join(projectRoot, "policies"));
    try {
      const { resources } = await deploy(await kennel());
      const rules = (await analyzer.judge(resources)).map(({ rule }) => rule);
      assert.deepEqual(
        [...new Set(rules)].filter((rule) => rule !== "required-tags"),
        [],
      );
    } finally {
      await analyzer.stop();
    }
  });

  it("hears which endpoints there are when it asks for another", async () => {
    await assert.rejects(
      deploy(await kennel(), "batch"),
      /organization\/kennel\/prod has no batch among its functionNames\. It has: main\./,
    );
  });
});

describe("the program's outputs", () => {
  it("have the documented types", () => {
    // Checked by the compiler; nothing runs.
    const documented = (
      program: pulumi.Unwrap<Omit<typeof import("../infra/index"), "default">>,
    ): StackOutputs => program;
    assert.equal(typeof documented, "function");
  });

  it("are exactly the documented ones", async () => {
    assert.deepEqual(Object.keys(await kennel()).sort(), [
      "bucketName",
      "dashboardUrl",
      "endpointNames",
      "functionNames",
      "functionUrls",
      "imageUris",
      "keptOnDestroy",
      "modelUris",
      "notebookUrl",
      "permissionsToGrant",
      "trainerAddress",
      "trainerStart",
      "training",
    ]);
  });
});
