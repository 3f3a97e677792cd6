import assert from "node:assert/strict";
import { Admission } from "./admission";
import { RequestError } from "./errors";

const patient = new AbortController().signal;

describe("Admission", () => {
  it("lets in as many as there are places, in the order of arrival", async () => {
    const admission = new Admission({ inWork: 1, inFlight: 10 });
    const order: number[] = [];
    const visits = [1, 2, 3].map(async (visitor) => {
      const leave = await admission.enter(patient);
      order.push(visitor);
      assert.equal(admission.inFlight, 4 - visitor);
      leave();
    });
    await Promise.all(visits);
    assert.deepEqual(order, [1, 2, 3]);
    assert.equal(admission.inFlight, 0);
  });

  it("refuses one more than the limit with 503 and a time to come back", async () => {
    const admission = new Admission({ inWork: 1, inFlight: 2 });
    const leave = await admission.enter(patient);
    const second = admission.enter(patient);
    await assert.rejects(admission.enter(patient), (error: RequestError) => {
      assert.equal(error.statusCode, 503);
      assert.equal(error.retryAfterSeconds, 1);
      return true;
    });
    leave();
    (await second)();
    assert.equal(admission.inFlight, 0);
  });

  it("forgets who gives up while waiting", async () => {
    const admission = new Admission({ inWork: 1, inFlight: 2 });
    const leave = await admission.enter(patient);
    const impatient = new AbortController();
    const waiting = admission.enter(impatient.signal);
    impatient.abort(new Error("gone"));
    await assert.rejects(waiting, /gone/);
    assert.equal(admission.inFlight, 1);
    leave();
    (await admission.enter(patient))();
  });
});
