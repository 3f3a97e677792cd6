import assert from "node:assert/strict";
import { Admission } from "./admission";
import { RequestError } from "./errors";

describe("Admission", () => {
  it("refuses one more than the limit with 503 and a time to come back", async () => {
    const admission = new Admission(2);
    let finish!: () => void;
    const work = () => new Promise<void>((resolve) => (finish = resolve));
    const first = admission.admit(work);
    admission.check();
    const second = admission.admit(work);
    assert.equal(admission.inFlight, 2);
    assert.throws(
      () => admission.check(),
      (error: RequestError) => {
        assert.equal(error.statusCode, 503);
        assert.equal(error.retryAfterSeconds, 1);
        return true;
      },
    );
    finish();
    await second;
    admission.check();
    assert.equal(admission.inFlight, 1);
    void first;
  });

  it("forgets a photo whose work fails", async () => {
    const admission = new Admission(1);
    await assert.rejects(
      admission.admit(() => Promise.reject(new Error("gone"))),
      /gone/,
    );
    assert.equal(admission.inFlight, 0);
  });
});
