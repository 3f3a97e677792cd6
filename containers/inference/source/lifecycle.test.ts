import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Agent, request, type IncomingMessage } from "node:http";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import sharp from "sharp";
import {
  preprocessOf,
  removeTemporaryDirectories,
  temporaryDirectory,
  writeModelDirectory,
  type ModelFiles,
} from "../testing/model-files";
import { ServerProcess, stopServers } from "../testing/server-process";

/** A model that takes long enough for a test to act meanwhile. */
const slowModel: ModelFiles = { shape: { products: 8 } };

describe("the server's life", function () {
  // Some tests start many servers.
  this.timeout(60_000);

  let photo: Buffer;

  before(async () => {
    photo = await sharp({ create: { width: 40, height: 40, channels: 3, background: "red" } })
      .png()
      .toBuffer();
  });

  afterEach(stopServers);
  after(removeTemporaryDirectories);

  async function assertFails(server: ServerProcess, message: RegExp): Promise<void> {
    assert.equal(await server.exit(), 1);
    assert.match(server.stderr, message);
    assert.match(server.stderr, /^kennel inference: [^\n]+\n$/, "one line, no stack trace");
  }

  const wrongModels: readonly [string, ModelFiles, RegExp][] = [
    ["a 0-byte model", { model: Buffer.alloc(0) }, /model\.onnx is empty \(0 bytes\)/],
    [
      "a corrupt model",
      { model: Buffer.from("not a model at all") },
      /model\.onnx can't be loaded as an ONNX model/,
    ],
    [
      "a missing classes.json",
      { classes: null },
      /classes\.json is missing: expected a JSON array/,
    ],
    [
      "too few classes",
      { classes: '["red", "green"]' },
      /model\.onnx has 3 outputs, but classes\.json beside it names 2 classes/,
    ],
    [
      "another input size",
      { preprocess: JSON.stringify(preprocessOf(64)) },
      /has the input image uint8 \[N, 32, 32, 3\]: expected image uint8 \[N, 64, 64, 3\]/,
    ],
    [
      "another input name",
      { shape: { inputName: "photo" } },
      /has the inputs photo and the outputs logits: expected a uint8 input `image`/,
    ],
    [
      "another input type",
      { shape: { inputType: 1 } },
      /has the input image float32 .*: expected image uint8/,
    ],
  ];
  for (const [what, files, message] of wrongModels) {
    it(`ends with one line on ${what}`, async () => {
      // Several workers: one finds out while the others still load.
      const environment = { SM_MODEL_DIR: writeModelDirectory(files), KENNEL_WORKERS: "3" };
      await assertFails(new ServerProcess(environment), message);
    });
  }

  it("ends with one line on a missing model directory", async () => {
    const directory = join(temporaryDirectory("empty"), "nowhere");
    const server = new ServerProcess({ SM_MODEL_DIR: directory });
    await assertFails(server, /nowhere does not exist: set SM_MODEL_DIR/);
  });

  it("ends with one line on a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const environment = { SM_MODEL_DIR: writeModelDirectory(), SAGEMAKER_BIND_TO_PORT: `${port}` };
    try {
      const inUse = /port \d+ on 127\.0\.0\.1 is in use: set SAGE/;
      await assertFails(new ServerProcess(environment), inUse);
    } finally {
      other.close();
    }
  });

  it("ends with one line on a wrong setting and on an unknown argument", async () => {
    await assertFails(
      new ServerProcess({ KENNEL_WORKERS: "0" }),
      /KENNEL_WORKERS=0: expected a whole/,
    );
    await assertFails(
      new ServerProcess({}, "train"),
      /unknown arguments "train": expected "serve"/,
    );
  });

  it("answers /ping with 503 and the reason until a first inference has passed", async () => {
    const server = new ServerProcess({ SM_MODEL_DIR: writeModelDirectory(slowModel) });
    const ping = await server.url("/ping");
    const early = await fetch(ping);
    assert.equal(early.status, 503);
    assert.match(
      await early.text(),
      /"code":"not_ready","message":"Not ready: the model is loading/,
    );
    const refused = await fetch(await server.url("/invocations"), {
      method: "POST",
      headers: { "content-type": "image/png" },
      body: photo as BodyInit,
    });
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get("retry-after"), "1");
    await server.logged("ready");
    assert.equal((await fetch(ping)).status, 200);
    assert.match(String((await server.logged("not_ready")).msg), /not ready: the model is loading/);
  });

  it("serves where the cache directory is too small for the graph, and says so", async function () {
    const cache = temporaryDirectory("cache");
    const script = 'mount -t tmpfs -o size=64k none "$0" && exec "$@"';
    const launcher = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, cache];
    if (spawnSync(launcher[0]!, [...launcher.slice(1), "true"]).status !== 0) this.skip();
    const model = join(__dirname, "../../../samples/model");
    const environment = { SM_MODEL_DIR: model, KENNEL_CACHE_DIR: cache };
    const server = new ServerProcess(environment, "serve", launcher);
    await server.logged("ready");
    assert.ok(server.logs.some(({ msg }) => msg?.includes(`can't be kept in ${cache}`)));
  });

  it("serves without a cache directory, and says so", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_CACHE_DIR: "/dev/null/cache",
    });
    assert.equal((await server.classify(photo)).status, 200);
    assert.ok(server.logs.some(({ msg }) => msg?.includes("can't be kept in /dev/null/cache")));
  });

  it("answers the excess of an overload with 503 at once, and the rest in time", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(slowModel),
      KENNEL_MAX_IN_FLIGHT: "3",
    });
    await server.logged("ready");
    const responses = await Promise.all(Array.from({ length: 12 }, () => server.classify(photo)));
    const served = responses.filter(({ status }) => status === 200);
    const refused = responses.filter(({ status }) => status === 503);
    assert.equal(served.length + refused.length, 12);
    // Whoever comes late finds a place again.
    assert.ok(served.length >= 3 && refused.length >= 6, `${served.length} served`);
    for (const response of refused) {
      assert.equal(response.headers.get("retry-after"), "1");
      assert.match(await response.text(), /"code":"overloaded"/);
    }
    assert.equal((await server.classify(photo)).status, 200);
  });

  it("answers 504 at the deadline and drops what nobody waits for", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(slowModel),
      KENNEL_DEADLINE_MS: "60",
      KENNEL_WORKERS: "2",
    });
    const responses = await Promise.all(Array.from({ length: 8 }, () => server.classify(photo)));
    for (const response of responses) {
      assert.equal(response.status, 504);
      assert.match(await response.text(), /"code":"deadline_exceeded"/);
    }
    const metrics = await (await fetch(await server.url("/metrics"))).text();
    // Two photos a worker are computed or at its hand; the other four have left the queue.
    assert.match(metrics, /^kennel_in_flight [0-4]$/m);
  });

  it("drops the photo of a client that has gone", async () => {
    const server = new ServerProcess({ SM_MODEL_DIR: writeModelDirectory(slowModel) });
    const first = server.classify(photo);
    await server.logged("ready");
    const url = await server.url("/invocations");
    const headers = { "content-type": "image/png" };
    const impatient = Array.from({ length: 6 }, () =>
      fetch(url, {
        method: "POST",
        headers,
        body: photo as BodyInit,
        signal: AbortSignal.timeout(50),
      }),
    );
    const results = await Promise.allSettled(impatient);
    assert.ok(results.every(({ status }) => status === "rejected"));
    assert.equal((await first).status, 200);
    const answered = server.logs.filter(({ msg }) => msg === "classified").length;
    assert.ok(answered <= 3, `${answered} photos were classified`);
  });

  it("finishes what it has accepted after SIGTERM, then ends with 0", async () => {
    const server = new ServerProcess({ SM_MODEL_DIR: writeModelDirectory(slowModel) });
    await server.logged("ready");
    const pending = Array.from({ length: 4 }, () => server.classify(photo));
    await server.holds(4);
    server.signal("SIGTERM");
    const responses = await Promise.all(pending);
    for (const response of responses) {
      assert.equal(response.status, 200);
      assert.equal(((await response.json()) as number[][])[0]!.length, 3);
    }
    assert.equal(await server.exit(), 0);
    await server.logged("stopped");
    assert.equal(server.stderr, "");
  });

  it("ends once it has answered lines that began before SIGTERM", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_DRAIN_MS: "60000",
    });
    await server.logged("ready");
    const line = `${JSON.stringify({ image: photo.toString("base64") })}\n`;
    const outgoing = request(await server.url("/invocations"), {
      method: "POST",
      agent: new Agent({ keepAlive: true }),
      headers: { "content-type": "application/jsonlines" },
    });
    outgoing.write(line);
    await once(outgoing, "socket");
    // The server has the beginning of the request once it has answered another one.
    await fetch(await server.url("/ping"));
    server.signal("SIGTERM");
    await server.logged("stopping");
    outgoing.end(line);
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    assert.equal((await text(response)).split("\n").length, 3);
    assert.equal(await server.exit(), 0);
    assert.ok(!server.logs.some(({ event }) => event === "drain_timeout"));
  });

  it("ends with 0 on SIGTERM while it computes what nobody waits for any more", async () => {
    const server = new ServerProcess({ SM_MODEL_DIR: writeModelDirectory(slowModel) });
    await server.logged("ready");
    const url = await server.url("/invocations");
    const headers = { "content-type": "image/png" };
    const given = Array.from({ length: 8 }, () => {
      const outgoing = request(url, { method: "POST", headers, agent: false });
      return outgoing.on("error", () => undefined).end(photo);
    });
    await server.holds(8);
    for (const outgoing of given) outgoing.destroy();
    server.signal("SIGTERM");
    assert.equal(await server.exit(), 0);
    assert.equal(server.stderr, "");
  });

  it("ends with 0 on SIGTERM at any moment while it loads", async () => {
    for (let delayMs = 0; delayMs <= 60; delayMs += 12) {
      const environment = { SM_MODEL_DIR: writeModelDirectory(slowModel), KENNEL_WORKERS: "2" };
      const server = new ServerProcess(environment);
      await server.logged("listening");
      await wait(delayMs);
      server.signal("SIGTERM");
      assert.equal(await server.exit(), 0, `${delayMs} ms after it listens`);
      assert.equal(server.stderr, "");
    }
  });

  it("keeps the optimised graph for the next start, and does without a damaged one", async () => {
    const cache = temporaryDirectory("graphs");
    // Large enough for weights in a file of their own.
    const SM_MODEL_DIR = writeModelDirectory({ shape: { products: 1 } });
    const environment = { SM_MODEL_DIR, KENNEL_CACHE_DIR: cache };
    const scores = async () => {
      const server = new ServerProcess(environment);
      const answer = await (await server.classify(photo)).text();
      await server.stop();
      return answer;
    };
    const first = await scores();
    const [graph, ...others] = readdirSync(cache);
    assert.match(graph!, /^(x64|arm64)-[0-9a-f]{8}-[0-9a-f]{24}\.graph$/);
    assert.deepEqual(others, []);
    assert.equal(await scores(), first);
    assert.deepEqual(readdirSync(cache), [graph]);
    assert.deepEqual(readdirSync(join(cache, graph!)).sort(), ["model.onnx", "weights"]);
    for (const name of ["model.onnx", "weights"]) {
      const file = join(cache, graph!, name);
      const whole = readFileSync(file);
      for (const damaged of ["damaged", whole.subarray(0, whole.length / 2)]) {
        writeFileSync(file, damaged);
        assert.equal(await scores(), first);
        assert.deepEqual(readdirSync(cache), [], "the damaged graph is discarded");
        assert.equal(await scores(), first);
        assert.deepEqual(readdirSync(cache), [graph], "and made anew");
      }
    }
  });

  it("writes CloudWatch's embedded metrics where that is wanted", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_EMBEDDED_METRICS: "true",
      KENNEL_ENDPOINT_NAME: "kennel-test",
      KENNEL_VARIANT_NAME: "blue",
    });
    for (const body of [photo, photo, Buffer.from("no photo")]) await server.classify(body);
    server.signal("SIGTERM");
    assert.equal(await server.exit(), 0);
    const [line, ...others] = server.logs.filter((candidate) => "_aws" in candidate);
    assert.deepEqual(others, [], "aggregated");
    const { Endpoint, Variant, Model, Requests, Errors, InferenceTime } = line!;
    assert.deepEqual([Endpoint, Variant], ["kennel-test", "blue"]);
    assert.match(String(Model), /^sha256:[0-9a-f]{12}$/);
    assert.deepEqual(
      [Requests, Errors],
      [
        [1, 1, 1],
        [0, 0, 0],
      ],
    );
    assert.equal((InferenceTime as number[]).length, 2);
  });

  it("says what is wrong with a graphics processor that is not there", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_EXECUTION_PROVIDER: "cuda",
    });
    assert.equal(await server.exit(), 1);
    assert.match(server.stderr, /KENNEL_EXECUTION_PROVIDER=cuda can't be used \(.*or set cpu/);
  });

  it("computes several photos at once where that is configured, each with its own answer", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_MAX_BATCH: "4",
      KENNEL_BATCH_WINDOW_MS: "50",
    });
    await server.logged("ready");
    const bodies = [photo, Buffer.from("no photo"), photo, photo];
    const responses = await Promise.all(bodies.map((body) => server.classify(body)));
    assert.deepEqual(
      responses.map(({ status }) => status),
      [200, 415, 200, 200],
    );
    for (const response of responses.filter(({ status }) => status === 200)) {
      const [scores] = (await response.json()) as number[][];
      assert.equal(scores!.indexOf(Math.max(...scores!)), 0);
    }
  });

  it("finds out that a model has no room for several photos, and answers each", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory({ shape: { isForOne: true, products: 2 } }),
      KENNEL_MAX_BATCH: "4",
    });
    await server.logged("ready");
    const responses = await Promise.all(Array.from({ length: 9 }, () => server.classify(photo)));
    for (const response of responses) {
      assert.equal(response.status, 200);
      const [scores] = (await response.json()) as number[][];
      assert.equal(scores!.length, 3);
      assert.equal(scores!.indexOf(Math.max(...scores!)), 0);
    }
  });

  it("fetches photos from public addresses only, where that is enabled", async () => {
    const server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_FETCH_PHOTOS: "true",
    });
    const cases: readonly [string, number, string][] = [
      ['{"url": "https://127.0.0.1/photo.jpg"}', 400, "address_not_allowed"],
      ['{"url": "https://169.254.169.254/latest/meta-data"}', 400, "address_not_allowed"],
      ['{"url": "http://example.com/photo.jpg"}', 400, "protocol_not_allowed"],
      ['{"url": 7}', 400, "invalid_json"],
      ["[".repeat(100_000), 400, "invalid_json"],
      ["", 400, "invalid_json"],
    ];
    for (const [body, status, code] of cases) {
      const headers = { "content-type": "application/json" };
      const response = await server.classify(Buffer.from(body), headers);
      const { error } = (await response.json()) as { error: { code: string } };
      assert.deepEqual([response.status, error.code], [status, code]);
    }
    assert.equal((await server.classify(photo)).status, 200);
  });
});
