import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getEnvironmentData, Worker } from "node:worker_threads";
import { loadSharp } from "./load-sharp";

// Blocking shuts every decoder of the process for a moment: a photo that another thread is at would be refused.
const threadThatMustNotBlock = `
  const { parentPort, workerData } = require("node:worker_threads");
  require("ts-node/register/transpile-only");
  require("sharp").block = () => { throw new Error("It blocks decoders again"); };
  const { loadSharp } = require(workerData);
  parentPort.postMessage("loading");
  parentPort.postMessage(typeof loadSharp());
`;

function startThread(): Worker {
  return new Worker(threadThatMustNotBlock, {
    eval: true,
    workerData: join(__dirname, "load-sharp.ts"),
  });
}

describe("loadSharp", () => {
  const state = () =>
    new Int32Array(getEnvironmentData("kennel.sharp") as unknown as SharedArrayBuffer);

  before(() => loadSharp());
  afterEach(() => Atomics.store(state(), 0, 2));

  it("leaves libvips as another thread has configured it", async () => {
    const thread = startThread();
    assert.deepEqual(await once(thread, "message"), ["loading"]);
    assert.deepEqual(await once(thread, "message"), ["function"]);
    await thread.terminate();
  });

  it("waits for a thread that is at it", async () => {
    Atomics.store(state(), 0, 1);
    const thread = startThread();
    assert.deepEqual(await once(thread, "message"), ["loading"]);
    await sleep(100);
    Atomics.store(state(), 0, 2);
    Atomics.notify(state(), 0);
    assert.deepEqual(await once(thread, "message"), ["function"]);
    await thread.terminate();
  });

  it("refuses formats that nobody sends", async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await assert.rejects(loadSharp()(svg).metadata(), /unsupported image format/);
  });
});
