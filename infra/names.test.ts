import assert from "node:assert/strict";
import fc from "fast-check";
import { endpointName, functionName, physicalName, repositoryName } from "./names";

const naming = { project: "kennel", stack: "dev" };

describe("physicalName", () => {
  it("joins what needs no change", () => {
    assert.equal(physicalName(["kennel", "dev", "main"], 63), "kennel-dev-main");
  });

  it("always fits the alphabet and the length of every service", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 1 }),
        fc.integer({ min: 16, max: 64 }),
        (parts, length) => {
          const name = physicalName(["k", ...parts], length);
          assert.match(name, /^[a-z0-9]+(-[a-z0-9]+)*$/);
          assert.ok(name.length <= length);
        },
      ),
    );
  });

  it("tells apart stacks that look alike after cleaning or cutting", () => {
    assert.notEqual(physicalName(["k", "a.b"], 30), physicalName(["k", "a_b"], 30));
    assert.notEqual(
      physicalName(["k", "x".repeat(80)], 30),
      physicalName(["k", "x".repeat(81)], 30),
    );
  });
});

describe("endpointName", () => {
  const serving = { mode: "realtime", instanceType: "ml.m5.large" };

  it("stays the same while the endpoint can be updated in place", () => {
    const before = endpointName(naming, "main", serving);
    const after = endpointName(naming, "main", { ...serving, ...{ instanceCount: 3 } });
    assert.equal(after, before);
    assert.match(before, /^kennel-dev-main-[0-9a-f]{6}$/);
  });

  it("changes with the instance type and the mode, which need a new endpoint", () => {
    const names = [
      endpointName(naming, "main", serving),
      endpointName(naming, "main", { ...serving, instanceType: "ml.m5.xlarge" }),
      endpointName(naming, "main", { ...serving, mode: "async" }),
      endpointName(naming, "main", { mode: "serverless" }),
    ];
    assert.equal(new Set(names).size, names.length);
  });

  it("never exceeds SageMaker's 63 characters", () => {
    const name = endpointName({ project: "p".repeat(40), stack: "s".repeat(40) }, "main", serving);
    assert.ok(name.length <= 63, name);
  });
});

describe("functionName and repositoryName", () => {
  it("carry the project and the stack", () => {
    assert.equal(functionName(naming, "main"), "kennel-dev-main");
    assert.equal(repositoryName(naming, "inference"), "kennel-dev/inference");
  });
});
