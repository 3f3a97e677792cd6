import assert from "node:assert/strict";
import { kennelAnswer, softmax } from "./answers";

describe("answers", () => {
  it("sorts every class by probability and keeps the scores in class order", () => {
    const times = { queueMs: 0.123_4, decodeMs: 2, inferenceMs: 3 };
    const classification = { logits: Float32Array.of(0, 2, 1), ...times };
    const model = { name: "sha256:0123456789ab", classes: ["a", "b", "c"] };
    const answer = kennelAnswer(classification, model, 9.876_5);
    assert.deepEqual(
      answer.predictions.map(({ label }) => label),
      ["b", "c", "a"],
    );
    assert.deepEqual(answer.scores, [0, 2, 1]);
    assert.deepEqual(answer.timings, {
      queue_ms: 0.12,
      decode_ms: 2,
      inference_ms: 3,
      total_ms: 9.88,
    });
  });

  it("gives probabilities that add up to 1, however large the logits", () => {
    const probabilities = softmax(Float32Array.of(3e38, 3e38, -3e38));
    assert.deepEqual(probabilities, [0.5, 0.5, 0]);
  });
});
