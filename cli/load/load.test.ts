import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import TinyQueue from "tinyqueue";

import { type LoopbackServer, startRuntime } from "../local/runtime-endpoint";
import { type Endpoint, simulate } from "../simulate/simulate";
import { steadyTraffic } from "../simulate/traffic";
import { inEnvironment } from "../testing/environment";
import { type Clock, runLoad, type Send } from "./run-load";
import { senderTo } from "./senders";
import { summaryOf } from "./summary";

const NEVER = new AbortController().signal;
const nobody = () => Promise.resolve(undefined);

/** Time that passes only while everybody waits, so that a load of minutes takes milliseconds. */
class VirtualClock implements Clock {
  private time = 0;
  private readonly waiting = new TinyQueue<{ at: number; resume: () => void }>(
    [],
    (left, right) => left.at - right.at,
  );

  readonly now = (): number => this.time;

  readonly pause = (seconds: number): Promise<void> =>
    new Promise((resume) => this.waiting.push({ at: this.time + seconds, resume }));

  /** Lets time pass until `work` is done. */
  async run<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    for (;;) {
      await new Promise(setImmediate);
      const next = isDone ? undefined : this.waiting.pop();
      if (next === undefined) {
        return done;
      }
      this.time = next.at;
      next.resume();
    }
  }
}

describe("kennel load", function () {
  this.timeout(60_000);

  describe("to an instance of two workers", () => {
    const workers = 2;
    const serviceSeconds = 0.05;
    const queueLength = 4;

    /** The instance: requests wait for a worker, and are refused where too many wait. */
    const instance = (clock: VirtualClock): Send => {
      const waiting: (() => void)[] = [];
      let busy = 0;
      return async () => {
        if (busy >= workers) {
          if (waiting.length >= queueLength) {
            return "429 from the container";
          }
          await new Promise<void>((resolve) => waiting.push(resolve));
        } else {
          busy += 1;
        }
        await clock.pause(serviceSeconds);
        const next = waiting.shift();
        if (next === undefined) {
          busy -= 1;
        } else {
          next();
        }
        return undefined;
      };
    };

    for (const rate of [20, 36, 80]) {
      it(`measures what the simulation foretells at ${rate} requests a second`, async () => {
        const endpoint: Endpoint = {
          scaling: {
            minInstances: 1,
            maxInstances: 1,
            target: Number.POSITIVE_INFINITY,
            metric: "invocations",
            scaleInCooldown: 300,
            scaleOutCooldown: 300,
          },
          workers,
          serviceSeconds,
          serviceTimes: "constant",
          queueLength,
          startSeconds: 300,
        };
        const foretold = simulate(endpoint, steadyTraffic(rate, 2_000), xoroshiro128plus(7));
        const clock = new VirtualClock();
        const load = { rate, seconds: 300, maximumInFlight: 100, seed: 1 };
        const result = await clock.run(
          runLoad(load, instance(clock), () => Promise.resolve(1), NEVER, clock),
        );
        const measured = summaryOf(result);
        const refused = Object.values(measured.errors).reduce((sum, each) => sum + each, 0);
        assert.equal(measured.sent, measured.answered + refused);
        const share = refused / measured.sent;
        const expected = foretold.refused / foretold.requests;
        assert.ok(Math.abs(share - expected) < 0.02, `${share} refused, not ${expected}`);
        for (const key of ["mean", "p50", "p95"] as const) {
          const [got, wanted] = [measured.latency![key], foretold.latency![key]];
          assert.ok(Math.abs(got / wanted - 1) < 0.06, `${key} is ${got}, not ${wanted} ms`);
        }
        assert.deepEqual([measured.leastInstances, measured.mostInstances], [1, 1]);
      });
    }
  });

  it("sends what is due whether or not earlier requests are answered, up to a limit", async () => {
    const clock = new VirtualClock();
    const load = { rate: 200, seconds: 1, maximumInFlight: 20, seed: 1 };
    const late: Send = async () => {
      await clock.pause(5);
      return undefined;
    };
    const { samples, notSent, instances } = await clock.run(
      runLoad(load, late, nobody, NEVER, clock),
    );
    assert.equal(samples.length, 20);
    assert.ok(notSent > 100);
    assert.deepEqual(instances, []);
  });

  it("counts from when a request was due, not from when it could be sent", async () => {
    const clock = new VirtualClock();
    let stalled = false;
    const slow: Clock = {
      now: clock.now,
      // The machine is busy for a second, once.
      pause: async (seconds) => {
        await clock.pause(stalled ? seconds : seconds + 1);
        stalled = true;
      },
    };
    const load = { rate: 10, seconds: 2, maximumInFlight: 100, seed: 1 };
    const running = runLoad(load, nobody, nobody, NEVER, slow);
    const { samples } = await clock.run(running);
    assert.ok(samples.some(({ milliseconds }) => milliseconds > 500));
  });

  describe("over HTTP", () => {
    let container: Server;
    let runtime: LoopbackServer;
    let leave: () => void;
    let status = 200;

    before(async () => {
      container = createServer((request, response) => {
        request.resume();
        request.on("end", () => response.writeHead(status).end("[[1]]"));
      });
      await new Promise<void>((resolve) => container.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(container.address() as AddressInfo).port}`;
      runtime = await startRuntime({ dogs: url });
      leave = inEnvironment({
        AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: runtime.url,
        AWS_ACCESS_KEY_ID: "loopback",
        AWS_SECRET_ACCESS_KEY: "loopback",
      });
    });

    after(async () => {
      leave();
      await runtime.stop();
      container.closeAllConnections();
      container.close();
    });

    const photo = { name: "photo", bytes: Buffer.from("photo"), contentType: "image/jpeg" };
    const send = (name: string): Send =>
      senderTo({ kind: "endpoint", name }, [photo], "us-east-1", 10);

    it("names the reasons of requests that were not answered", async () => {
      assert.equal(await send("dogs")(0), undefined);
      status = 503;
      assert.equal(await send("dogs")(0), "503 from the container");
      status = 200;
      assert.equal(await send("cats")(0), "ValidationError");
    });

    it("ends early on demand, and tells what has happened until then", async () => {
      const stop = new AbortController();
      const dogs = send("dogs");
      const result = await runLoad(
        { rate: 100, seconds: 600, maximumInFlight: 10, seed: 1 },
        async (index) => {
          const error = await dogs(index);
          stop.abort();
          return error;
        },
        nobody,
        stop.signal,
      );
      assert.ok(result.seconds < 600);
      assert.ok(summaryOf(result).answered > 0);
    });
  });
});
