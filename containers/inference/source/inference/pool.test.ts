import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { RequestError, StartupError } from "../errors";
import { InferencePool } from "./pool";

// A worker that does what a photo's width tells it: 0 throws in mid-work, which ends the thread; anything else comes back as the answer.
const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  if (workerData.unusable) parentPort.postMessage({ type: "unusable", message: "a bad model" });
  else parentPort.postMessage({ type: "ready" });
  parentPort.on("message", ({ id, pixels: { width } }) => {
    if (width === 0) throw new Error("a crash");
    if (width === 1) parentPort.postMessage({ type: "failed", id, message: "a failure" });
    const inference = { logits: Float32Array.of(width), resizeMs: 0, inferenceMs: 0 };
    if (width > 1) setTimeout(() => parentPort.postMessage({ type: "done", id, inference }), 20);
  });
`;

const patient = new AbortController().signal;

function photo(width: number) {
  return { data: new Uint8Array(3), width, height: 1 };
}

describe("InferencePool", () => {
  const pools: InferencePool[] = [];
  const crashes: string[] = [];

  function start(size: number, unusable = false): InferencePool {
    const pool = new InferencePool({
      size,
      startWorker: () => new Worker(program, { eval: true, workerData: { unusable } }),
      onCrash: (reason) => crashes.push(reason),
    });
    pools.push(pool);
    return pool;
  }

  afterEach(async () => {
    crashes.length = 0;
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });

  it("is ready once every worker is, and says until then how far it is", async () => {
    const pool = start(2);
    assert.match(pool.notReadyReason!, /0 of 2 workers/);
    await pool.ready;
    assert.equal(pool.notReadyReason, undefined);
  });

  it("gives each photo its own answer", async () => {
    const pool = start(2);
    await pool.ready;
    const widths = [2, 3, 4, 5, 6, 7];
    const results = await Promise.all(widths.map((width) => pool.run(photo(width), patient)));
    assert.deepEqual(
      results.map(({ logits }) => logits[0]),
      widths,
    );
    assert.ok(results[5]!.waitMs >= 10);
  });

  it("replaces a crashed worker, loses only its photo and serves on", async () => {
    const pool = start(2);
    await pool.ready;
    const crash = pool.run(photo(0), patient);
    const others = [2, 3, 4].map((width) => pool.run(photo(width), patient));
    await assert.rejects(crash, (error: RequestError) => error.statusCode === 503);
    const results = await Promise.all(others);
    assert.deepEqual(
      results.map(({ logits }) => logits[0]),
      [2, 3, 4],
    );
    assert.deepEqual(crashes, ["a crash"]);
    assert.equal(pool.notReadyReason, undefined);
  });

  it("says when every worker is gone, and is ready again by itself", async () => {
    const pool = start(1);
    await pool.ready;
    await assert.rejects(pool.run(photo(0), patient));
    assert.match(pool.notReadyReason!, /every worker has crashed/);
    const { logits } = await pool.run(photo(9), patient);
    assert.equal(logits[0], 9);
    assert.equal(pool.notReadyReason, undefined);
  });

  it("keeps a worker whose photo failed", async () => {
    const pool = start(1);
    await pool.ready;
    await assert.rejects(pool.run(photo(1), patient), /a failure/);
    assert.equal((await pool.run(photo(5), patient)).logits[0], 5);
    assert.deepEqual(crashes, []);
  });

  it("drops a waiting photo that nobody waits for", async () => {
    const pool = start(1);
    await pool.ready;
    const first = pool.run(photo(2), patient);
    const gone = AbortSignal.abort(new Error("gone"));
    await assert.rejects(pool.run(photo(3), gone), /gone/);
    await first;
  });

  it("rejects when the model is unusable", async () => {
    const pool = start(2, true);
    await assert.rejects(
      pool.ready,
      (error: Error) => error instanceof StartupError && error.message === "a bad model",
    );
  });
});
