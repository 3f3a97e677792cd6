import assert from "node:assert/strict";
import { largestKeptBuffer, PixelBuffers } from "./pixel-buffers";

describe("PixelBuffers", () => {
  it("gives arrays of exactly the length asked for, and their buffers again", () => {
    const buffers = new PixelBuffers(2);
    const first = buffers.take(100);
    assert.equal(first.length, 100);
    buffers.give(first.buffer);
    const second = buffers.take(50_000);
    assert.equal(second.length, 50_000);
    assert.equal(second.buffer, first.buffer);
    assert.notEqual(buffers.take(50_000).buffer, first.buffer);
  });

  it("keeps neither more nor larger ones than it should", () => {
    const buffers = new PixelBuffers(1);
    const [one, two] = [new ArrayBuffer(1000), new ArrayBuffer(2000)];
    buffers.give(new ArrayBuffer(largestKeptBuffer + 1));
    buffers.give(one);
    buffers.give(two);
    assert.notEqual(buffers.take(1500).buffer, two);
    assert.equal(buffers.take(1000).buffer, one);
  });
});
