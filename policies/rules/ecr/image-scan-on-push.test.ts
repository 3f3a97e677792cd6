import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { imageScanOnPush } from "./image-scan-on-push";

const TYPES = ["aws:ecr/repository:Repository", "aws-native:ecr:Repository"];

const said = (type: string, props: Record<string, unknown>): string[] =>
  outcomesOf(imageScanOnPush, [testResource({ type, props })]).map((each) =>
    "unknown" in each ? `unknown ${each.unknown}` : each.message,
  );

for (const type of TYPES) {
  describe(`image-scan-on-push, ${type}`, () => {
    for (const props of [
      {},
      { imageScanningConfiguration: {} },
      { imageScanningConfiguration: { scanOnPush: false } },
    ]) {
      it(`finds ${JSON.stringify(props)}`, () => {
        assert.match(said(type, props)[0]!, /does not scan/);
      });
    }

    it("passes a repository that scans", () => {
      const props = { imageScanningConfiguration: { scanOnPush: true } };
      assert.deepEqual(said(type, props), []);
      const unnamed = { name: UNKNOWN, repositoryName: UNKNOWN, ...props };
      assert.deepEqual(said(type, unnamed), [], "whatever it will be called");
    });

    it("names what a preview does not know", () => {
      const props = { imageScanningConfiguration: { scanOnPush: UNKNOWN } };
      assert.deepEqual(said(type, props), ["unknown imageScanningConfiguration.scanOnPush"]);
    });

    it("passes what the registry scans", () => {
      const registry = (filter: string, scanFrequency = "SCAN_ON_PUSH") =>
        testResource({
          type: "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
          props: { rules: [{ scanFrequency, repositoryFilters: [{ filter }] }] },
        });
      const repository = testResource({ type, props: { name: "kennel/inference" } });
      for (const filter of ["*", "kennel", "kennel/*", "*inference", "k*/inf*"]) {
        assert.deepEqual(outcomesOf(imageScanOnPush, [repository, registry(filter)]), [], filter);
      }
      for (const other of [registry("cats*"), registry("*cats"), registry("*", "MANUAL")]) {
        assert.equal(outcomesOf(imageScanOnPush, [repository, other]).length, 1);
      }
    });
  });
}
