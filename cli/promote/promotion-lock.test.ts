import assert from "node:assert/strict";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { UpdateInProgress } from "../stack/stack";
import { LOCKS, withPromotionLock } from "./promotion-lock";

describe("withPromotionLock", () => {
  const stack = `test-lock-${process.pid}`;
  const file = path.join(LOCKS, `${stack}.pid`);
  const nested = () => withPromotionLock(stack, async () => "done");

  before(() => mkdirSync(LOCKS, { recursive: true }));
  afterEach(() => {
    rmSync(file, { force: true });
  });

  for (const [whose, pid] of [
    ["a process that was killed", 2 ** 30],
    ["one that had this process's id", process.pid],
  ] as const) {
    it(`takes over what ${whose} left behind, and is held until the work is done`, async () => {
      writeFileSync(file, String(pid));
      await withPromotionLock(stack, () => assert.rejects(nested(), UpdateInProgress));
      assert.ok(!existsSync(file));
      assert.equal(await nested(), "done");
    });
  }

  it("leaves another process its own", async () => {
    writeFileSync(file, String(process.ppid));
    await assert.rejects(nested(), UpdateInProgress);
    assert.ok(existsSync(file));
  });
});
