import assert from "node:assert/strict";
import * as path from "node:path";
import fc from "fast-check";
import { readStackFile, stackNames, type StackSettings } from "../cli/preview/stack-file";
import { projectRoot } from "../infra/project-root";
import { encodeConfig, validConfig } from "../infra/testing/arbitrary-config";
import { kinds } from "../infra/offline/aws-resource-kinds";
import { recordProgram } from "../infra/offline/program";
import { violationsOf } from "../infra/testing/request-violations";
import { mappings } from "../infra/offline/service-models/mappings";

/** Generated configurations; each is a run of the whole program. */
const configurations = 8;

const stacks: readonly StackSettings[] = [projectRoot, path.join(projectRoot, "systems")].flatMap(
  (directory) =>
    stackNames(directory).map((stack) =>
      readStackFile(projectRoot, path.join(directory, `Pulumi.${stack}.yaml`)),
    ),
);

describe("the requests that the program causes, against AWS's own service models", function () {
  this.timeout(180_000);

  for (const { stack, config } of stacks) {
    it(`are valid for the stack ${stack}`, async () => {
      const { resources } = await recordProgram({ stack, config });
      assert.deepEqual(await violationsOf(resources), []);
    });
  }

  it("are valid as far as a first preview knows them", async () => {
    const { stack, config } = stacks[0]!;
    const { resources } = await recordProgram({ stack, config, stage: "preview" });
    assert.deepEqual(await violationsOf(resources), []);
  });

  it("are valid for every valid configuration", async () => {
    await fc.assert(
      fc.asyncProperty(validConfig, async (raw) => {
        const { resources } = await recordProgram({ config: encodeConfig(raw) });
        assert.deepEqual(await violationsOf(resources), []);
      }),
      { numRuns: configurations, endOnFailure: true },
    );
  });

  it("are known of the types whose identity and replacement are known, and of no others", () => {
    assert.deepEqual(Object.keys(mappings).sort(), Object.keys(kinds).sort());
  });
});
