import assert from "node:assert/strict";
import { setMaxListeners } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { RequestError, StartupError } from "../errors";
import type { WorkerTask } from "./messages";
import { InferencePool, type PoolOptions } from "./pool";

// A worker that does what photos' widths tell it: 0 throws in mid-work, which ends the thread; 1 fails; anything else comes back
// as the answer, with the number of photos in the batch as the time in the model, and whether they came alone as that of
// decoding. It ends when it is told to.
const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.once("message", () => {
    if (workerData.unusable) parentPort.postMessage({ type: "unusable", message: "a bad model" });
    else parentPort.postMessage({ type: "ready", maxBatch: workerData.maxBatch });
    parentPort.on("message", ({ task, photos, isAlone }) => {
      if (task === "end") return setTimeout(() => parentPort.close(), 50);
      if (photos.some(({ width }) => width === 0)) throw new Error("a crash");
      const outcomes = photos.map(({ width }) =>
        width === 1
          ? { failure: "a failure", code: "unreadable_photo" }
          : { logits: Float32Array.of(width), decodeMs: isAlone ? 1 : 0, inferenceMs: photos.length },
      );
      const takesOneOnly = workerData.takesOneOnly && photos.length > 1;
      setTimeout(() => parentPort.postMessage({ type: "done", outcomes, takesOneOnly }), 20);
    });
  });
`;

const task: WorkerTask = {
  task: "infer",
  modelPath: "model.onnx",
  provider: "cpu",
  threads: 1,
  classCount: 1,
  maxBatch: 1,
  preprocess: { resize: 1, crop: 1, exifOrientation: true, isReduced: false, maxPixels: 1 },
};

const patient = new AbortController().signal;
setMaxListeners(0, patient);

function photo(width: number) {
  return { data: new Uint8Array(3), width, height: 1 };
}

describe("InferencePool", () => {
  const pools: InferencePool[] = [];
  const crashes: string[] = [];
  let possibleBatch = 100;
  let takesOneOnly = false;

  function start(
    size: number,
    unusable = false,
    options: Partial<PoolOptions> = {},
  ): InferencePool {
    const pool = new InferencePool({
      size,
      taskOf: () => task,
      ...options,
      startWorker: () =>
        new Worker(program, {
          eval: true,
          workerData: { unusable, maxBatch: possibleBatch, takesOneOnly },
        }),
      onCrash: (reason) => crashes.push(reason),
    });
    pools.push(pool);
    return pool;
  }

  afterEach(async () => {
    crashes.length = 0;
    possibleBatch = 100;
    takesOneOnly = false;
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
    assert.ok(results[5]!.queueMs >= 10);
  });

  it("finishes what is being computed when it closes, and rejects what waits", async () => {
    const pool = start(1);
    await pool.ready;
    const handedOn = [2, 3].map((width) => pool.run(photo(width), patient));
    const waiting = pool.run(photo(4), patient);
    await Promise.all([
      pool.close(),
      assert.rejects(waiting, /the server is stopping/),
      ...handedOn.map(async (result, index) =>
        assert.equal((await result).logits[0], [2, 3][index]),
      ),
    ]);
  });

  it("closes although a worker crashes meanwhile, and rejects what that worker had", async () => {
    const pool = start(1);
    await pool.ready;
    const crashed = pool.run(photo(0), patient);
    const ahead = pool.run(photo(2), patient);
    await Promise.all([
      pool.close(),
      assert.rejects(crashed, /the worker that had this photo crashed/),
      assert.rejects(ahead, /the server is stopping/),
    ]);
    assert.deepEqual(crashes, [], "nothing is replaced any more");
  });

  it("replaces a crashed worker, loses only its photo and serves on", async () => {
    const pool = start(2);
    await pool.ready;
    const crash = pool.run(photo(0), patient);
    const others = [2, 3, 4, 5, 6].map((width) => pool.run(photo(width), patient));
    await assert.rejects(crash, (error: RequestError) => error.statusCode === 503);
    const results = await Promise.all(others);
    assert.deepEqual(
      results.map(({ logits }) => logits[0]),
      [2, 3, 4, 5, 6],
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

  it("gives a worker what waits, in order, up to the largest batch", async () => {
    const pool = start(1, false, { maxBatch: 3 });
    await pool.ready;
    const widths = [2, 3, 1, 5, 6, 7];
    const results = await Promise.allSettled(
      widths.map((width) => pool.run(photo(width), patient)),
    );
    const seen = results.map((result) =>
      result.status === "fulfilled"
        ? [result.value.logits[0], result.value.inferenceMs]
        : (result.reason as Error).message,
    );
    assert.deepEqual(seen, [[2, 1], [3, 2], "a failure", [5, 3], [6, 3], [7, 3]]);
  });

  it("computes a large photo alone, and hands none on ahead", async () => {
    const pool = start(1, false, { maxBatch: 3 });
    await pool.ready;
    const large = (width: number) => ({ ...photo(width), data: new Uint8Array(2 ** 21) });
    const photos = [photo(2), photo(3), photo(4), large(5), photo(6), photo(7)];
    const results = await Promise.all(photos.map((each) => pool.run(each, patient)));
    assert.deepEqual(
      results.map(({ logits, inferenceMs }) => [logits[0], inferenceMs]),
      [
        [2, 1],
        [3, 2],
        [4, 2],
        [5, 1],
        [6, 2],
        [7, 2],
      ],
    );
  });

  it("gives a worker one photo at a time where the model takes no more", async () => {
    possibleBatch = 1;
    const pool = start(1, false, { maxBatch: 3, batchWindowMs: 60_000 });
    await pool.ready;
    assert.equal(pool.maxBatch, 1);
    const results = await Promise.all([2, 3, 4].map((width) => pool.run(photo(width), patient)));
    assert.deepEqual(
      results.map(({ inferenceMs }) => inferenceMs),
      [1, 1, 1],
    );
  });

  it("gives a worker one photo at a time once it has turned out that the model takes no more", async () => {
    takesOneOnly = true;
    const pool = start(1, false, { maxBatch: 2 });
    await pool.ready;
    assert.equal(pool.maxBatch, 2);
    const widths = [2, 3, 4, 5, 6, 7, 8, 9];
    const results = await Promise.all(widths.map((width) => pool.run(photo(width), patient)));
    assert.deepEqual(
      results.map(({ logits }) => logits[0]),
      widths,
    );
    assert.equal(pool.maxBatch, 1);
    assert.deepEqual(
      results.slice(-2).map(({ inferenceMs }) => inferenceMs),
      [1, 1],
    );
  });

  it("tells a worker whether its photo is alone, so that it may have all cores", async () => {
    const pool = start(2);
    await pool.ready;
    const together = await Promise.all([2, 3, 4].map((width) => pool.run(photo(width), patient)));
    assert.deepEqual(
      together.map(({ decodeMs }) => decodeMs),
      [1, 0, 0],
    );
    assert.equal((await pool.run(photo(5), patient)).decodeMs, 1);
  });

  it("waits for company within the window, and no longer than it takes to fill a batch", async () => {
    const pool = start(1, false, { maxBatch: 2, batchWindowMs: 60_000 });
    await pool.ready;
    const first = pool.run(photo(2), patient);
    const early = await Promise.race([first, wait(40, "still waiting")]);
    assert.equal(early, "still waiting");
    const second = pool.run(photo(3), patient);
    assert.deepEqual([(await first).inferenceMs, (await second).inferenceMs], [2, 2]);
  });

  it("computes a lone photo when the window closes", async () => {
    const pool = start(1, false, { maxBatch: 8, batchWindowMs: 10 });
    await pool.ready;
    const { inferenceMs, queueMs } = await pool.run(photo(4), patient);
    assert.equal(inferenceMs, 1);
    assert.ok(queueMs >= 9, `${queueMs} ms`);
  });

  it("hands on what a client is told of its photo", async () => {
    const pool = start(1);
    await pool.ready;
    await assert.rejects(pool.run(photo(1), patient), (error: RequestError) => {
      assert.deepEqual([error.statusCode, error.code], [422, "unreadable_photo"]);
      return error.message === "a failure";
    });
  });

  it("takes over a buffer, and copies a part of a larger one", async () => {
    const pool = start(1);
    await pool.ready;
    const own = photo(2);
    await pool.run(own, patient);
    assert.equal(own.data.length, 0);
    const whole = new Uint8Array(10);
    await pool.run({ data: whole.subarray(2, 5), width: 2, height: 1 }, patient);
    assert.equal(whole.length, 10);
  });

  it("rejects when the model is unusable", async () => {
    const pool = start(2, true);
    await assert.rejects(
      pool.ready,
      (error: Error) => error instanceof StartupError && error.message === "a bad model",
    );
  });
});
