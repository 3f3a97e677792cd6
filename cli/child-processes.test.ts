import assert from "node:assert/strict";

import { isOtherRunning } from "./child-processes";

describe("isOtherRunning", () => {
  const { kill } = process;
  afterEach(() => {
    process.kill = kill;
  });

  it("knows a process that runs from one that has ended, and from this one", () => {
    assert.equal(isOtherRunning(process.ppid), true);
    assert.equal(isOtherRunning(2 ** 30), false);
    assert.equal(isOtherRunning(process.pid), false);
  });

  it("takes one that another user runs for running", () => {
    process.kill = () => {
      throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
    };
    assert.equal(isOtherRunning(1), true);
  });
});
