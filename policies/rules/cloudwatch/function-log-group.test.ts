import assert from "node:assert/strict";
import { UNKNOWN } from "../../iam/unknown";
import type { JudgedResource } from "../../resource";
import { outcomesOf, testResource } from "../../testing/outcomes";
import { functionLogGroup } from "./function-log-group";

const group = (name: unknown): JudgedResource =>
  testResource({ type: "aws:cloudwatch/logGroup:LogGroup", name: "group", props: { name } });
const lambda = (
  props: Record<string, unknown>,
  propertyDependencies: Record<string, JudgedResource[]> = {},
): JudgedResource =>
  testResource({
    type: "aws:lambda/function:Function",
    name: "lambda",
    props,
    propertyDependencies,
  });
const said = (...resources: JudgedResource[]): string[] =>
  outcomesOf(functionLogGroup, resources).map((each) =>
    "unknown" in each
      ? `unknown ${each.unknown} of ${each.resource?.name}`
      : `${each.message} ${each.fix}`,
  );

describe("function-log-group", () => {
  it("passes the group that Lambda would make", () => {
    assert.deepEqual(said(lambda({ name: "classify" }), group("/aws/lambda/classify")), []);
  });

  it("passes the group that the function names, by name and by reference", () => {
    const named = { name: "classify", loggingConfig: { logGroup: "/kennel/classify" } };
    assert.deepEqual(said(lambda(named), group("/kennel/classify")), []);
    const later = group(UNKNOWN);
    const referring = lambda(
      { name: "classify", loggingConfig: { logGroup: UNKNOWN } },
      { loggingConfig: [later] },
    );
    assert.deepEqual(said(referring, later), []);
  });

  it("finds a function whose group nobody declares", () => {
    assert.match(
      said(lambda({ name: "classify" }))[0]!,
      /lambda is not declared.*"\/aws\/lambda\/classify"/,
    );
    assert.match(
      said(lambda({ name: "classify" }), group("/aws/lambda/other"))[0]!,
      /not declared/,
    );
    const elsewhere = lambda({ name: "classify", loggingConfig: { logGroup: "/kennel/other" } });
    assert.match(said(elsewhere, group("/aws/lambda/classify"))[0]!, /\/kennel\/other/);
    assert.match(said(lambda({ name: UNKNOWN }))[0]!, /not declared/);
  });

  it("names what a preview does not know", () => {
    assert.deepEqual(said(lambda({ name: UNKNOWN }), group("/aws/lambda/other")), [
      "unknown name of lambda",
    ]);
    assert.deepEqual(said(lambda({ name: "classify" }), group(UNKNOWN)), ["unknown name of group"]);
    const source = group("/kennel/classify");
    const given = lambda(
      { name: "classify", loggingConfig: UNKNOWN },
      { loggingConfig: [lambda({ name: "source" })] },
    );
    assert.deepEqual(said(given, source), ["unknown loggingConfig of lambda"]);
  });
});
