import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import sharp from "sharp";
import {
  colourWeights,
  preprocessOf,
  removeTemporaryDirectories,
  writeModelDirectory,
} from "../testing/model-files";
import { ServerProcess, stopServers } from "../testing/server-process";
import type { KennelAnswer } from "./http/answers";
import { decodePhoto } from "./photo/decode";
import { Resizer } from "./photo/resize";

const photos = join(__dirname, "../fixtures/photos");
const crop = 32;

interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string };
}

function plainPhoto(background: string, format: "png" | "jpeg" | "webp" = "png"): Promise<Buffer> {
  return sharp({ create: { width: 50, height: 40, channels: 3, background } })
    [format]()
    .toBuffer();
}

/** What the test model makes of a photo, computed without ONNX Runtime: the mean colour times the weights. */
async function expectedScores(photo: Buffer): Promise<number[]> {
  const tensor = new Uint8Array(crop * crop * 3);
  const pixels = await decodePhoto(photo, {
    maxPixels: 1e6,
    exifOrientation: true,
    isReduced: false,
    resize: 256,
  });
  new Resizer(preprocessOf(crop)).resizeAndCrop(pixels, tensor);
  const mean = [0, 0, 0];
  tensor.forEach((value, index) => (mean[index % 3]! += value / (crop * crop)));
  return [0, 1, 2].map((column) =>
    mean.reduce((sum, value, row) => sum + value * colourWeights[row]![column]!, 0),
  );
}

describe("the server", () => {
  let server: ServerProcess;
  let modelDirectory: string;

  before(async () => {
    modelDirectory = writeModelDirectory();
    server = new ServerProcess({
      SM_MODEL_DIR: modelDirectory,
      KENNEL_WORKERS: "2",
      KENNEL_MAX_BODY_BYTES: "3000000",
      KENNEL_MAX_PIXELS: "1000000",
      KENNEL_MAX_IN_FLIGHT: "64",
      KENNEL_REQUEST_TIMEOUT_MS: "1000",
    });
    await server.logged("ready");
  });

  after(async () => {
    await server.stop();
    stopServers();
    removeTemporaryDirectories();
  });

  async function assertRefused(response: Response, status: number, code: string, message: RegExp) {
    const answer = (await response.json()) as ErrorAnswer;
    assert.deepEqual([response.status, answer.error.code], [status, code], answer.error.message);
    assert.match(answer.error.message, message);
    assert.doesNotMatch(answer.error.message, /\n|\bat .*:\d+/);
  }

  async function assertStillServing() {
    assert.equal((await server.classify(await plainPhoto("#00ff00"))).status, 200);
  }

  it("answers /ping once it is ready", async () => {
    const response = await fetch(await server.url("/ping"));
    assert.equal(response.status, 200);
  });

  for (const name of ["landscape.jpg", "alpha.png", "grey-16-bit.png", "wide.webp", "exif-6.jpg"]) {
    it(`classifies ${name} as the model says`, async () => {
      const photo = readFileSync(join(photos, name));
      const type = name.endsWith("jpg") ? "image/jpeg" : `image/${name.split(".")[1]!}`;
      const response = await server.classify(photo, { "content-type": type });
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type")!, /^application\/json/);
      const [scores, ...others] = (await response.json()) as number[][];
      assert.deepEqual(others, []);
      const expected = await expectedScores(photo);
      expected.forEach((score, index) => assert.ok(Math.abs(score - scores![index]!) < 1e-4));
    });
  }

  it("answers with labels, scores, the model's name and timings", async () => {
    const accept = "application/vnd.kennel+json";
    const response = await server.classify(await plainPhoto("#0000ff", "webp"), {
      "content-type": "image/webp",
      accept,
    });
    assert.ok(response.headers.get("content-type")!.startsWith(accept));
    const answer = (await response.json()) as KennelAnswer;
    assert.deepEqual(answer.predictions.map(({ label }) => label).sort(), ["blue", "green", "red"]);
    assert.equal(answer.predictions[0]!.label, "blue");
    assert.ok(answer.predictions[0]!.probability > 0.9);
    assert.equal(answer.scores.length, 3);
    const model = readFileSync(join(modelDirectory, "model.onnx"));
    const digest = createHash("sha256").update(model).digest("hex");
    assert.equal(answer.model, `sha256:${digest.slice(0, 12)}`);
    const { queue_ms, decode_ms, inference_ms, total_ms } = answer.timings;
    assert.ok(queue_ms >= 0 && decode_ms > 0 && inference_ms > 0);
    assert.ok(total_ms >= decode_ms + inference_ms);
  });

  it("keeps apart the answers of many requests at once", async () => {
    const colours = ["#ff0000", "#00ff00", "#0000ff"];
    const bodies = await Promise.all(colours.map((colour) => plainPhoto(colour)));
    const answers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const response = await server.classify(bodies[index % 3]!);
        const [scores] = (await response.json()) as number[][];
        return scores!.indexOf(Math.max(...scores!));
      }),
    );
    assert.deepEqual(
      answers,
      answers.map((_, index) => index % 3),
    );
  });

  const refusals: [string, string, () => Promise<Buffer> | Buffer, number, string, RegExp][] = [
    [
      "text named .jpg",
      "image/jpeg",
      () => Buffer.from("hello"),
      415,
      "unsupported_media_type",
      /is not a photo: only JPEG, PNG and WebP/,
    ],
    [
      "an SVG",
      "image/png",
      () => Buffer.from("<svg/>"),
      415,
      "unsupported_media_type",
      /a file of type SVG/,
    ],
    [
      "an SVG by its name",
      "image/svg+xml",
      () => Buffer.from("<svg/>"),
      415,
      "unsupported_media_type",
      /a file of type SVG/,
    ],
    [
      "plain text",
      "text/plain",
      () => Buffer.from("hello"),
      415,
      "unsupported_media_type",
      /text\/plain is not supported/,
    ],
    ["an empty body", "image/jpeg", () => Buffer.alloc(0), 400, "empty_body", /The body is empty/],
    [
      "a truncated JPEG",
      "image/jpeg",
      () => readFileSync(join(photos, "landscape.jpg")).subarray(0, 9000),
      422,
      "unreadable_photo",
      /truncated or damaged/,
    ],
    [
      "a decompression bomb",
      "image/png",
      () =>
        sharp({ create: { width: 5000, height: 5000, channels: 3, background: "red" } })
          .png()
          .toBuffer(),
      422,
      "photo_too_large",
      /5000 x 5000 pixels; at most 1000000/,
    ],
    [
      "a body over the limit",
      "image/jpeg",
      () => Buffer.alloc(3_000_001),
      413,
      "body_too_large",
      /larger than 3000000 bytes/,
    ],
    [
      "a URL where fetching is disabled",
      "application/json",
      () => Buffer.from('{"url": "https://example.com/a.jpg"}'),
      415,
      "fetching_disabled",
      /disabled.*KENNEL_FETCH_PHOTOS=true/,
    ],
  ];
  for (const [what, type, body, status, code, message] of refusals) {
    it(`answers ${status} to ${what}`, async () => {
      const response = await server.classify(await body(), { "content-type": type });
      await assertRefused(response, status, code, message);
      await assertStillServing();
    });
  }

  it("answers 406 where no answer is acceptable", async () => {
    const response = await server.classify(await plainPhoto("red"), { accept: "text/csv" });
    await assertRefused(response, 406, "not_acceptable", /accept application\/json, /);
  });

  it("answers 404 and 405 with what there is", async () => {
    const missing = await fetch(await server.url("/nothing?secret=1"));
    await assertRefused(missing, 404, "not_found", /POST \/invocations/);
    const wrong = await fetch(await server.url("/invocations"));
    assert.equal(wrong.headers.get("allow"), "POST");
    await assertRefused(wrong, 405, "method_not_allowed", /POST only/);
    const posted = await fetch(await server.url("/ping"), { method: "POST", body: "x" });
    await assertRefused(posted, 405, "method_not_allowed", /GET only/);
  });

  it("cuts off a body that never ends", async () => {
    const [status, body] = await raw(
      "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\n\r\nabc",
    );
    assert.equal(status, "HTTP/1.1 408 Request Timeout");
    assert.match(body, /"code":"request_timeout"/);
  });

  const broken: readonly [string, string, RegExp][] = [
    ["what is not HTTP", "hello\r\n\r\n", / 400 /],
    ["huge headers", `GET /ping HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(40_000)}\r\n\r\n`, / 431 /],
    [
      "a length that is not a number",
      "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: -4\r\n\r\n",
      / 400 /,
    ],
    [
      "two lengths",
      "POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcd",
      / 400 /,
    ],
    [
      "a path that can't be decoded",
      "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      / 40[04] /,
    ],
  ];
  for (const [what, bytes, expected] of broken) {
    it(`answers JSON to ${what}`, async () => {
      const [status, body] = await raw(bytes);
      assert.match(status, expected);
      const { error } = JSON.parse(body) as ErrorAnswer;
      assert.ok(error.code.length > 0 && error.message.length > 0);
      await assertStillServing();
    });
  }

  it("takes a body without a length, and refuses it at the limit", async () => {
    const chunked = async (chunks: Buffer[]) => {
      const request = httpRequest(await server.url("/invocations"), {
        method: "POST",
        headers: { "content-type": "image/png", "transfer-encoding": "chunked" },
      });
      const answered = new Promise<[number, string]>((resolve, reject) => {
        request.on("response", (response) => {
          text(response).then((body) => resolve([response.statusCode!, body]), reject);
        });
        request.on("error", reject);
      });
      for (const chunk of chunks) request.write(chunk);
      request.end();
      return answered;
    };
    const photo = await plainPhoto("#ff0000");
    const [status] = await chunked([photo.subarray(0, 50), photo.subarray(50)]);
    assert.equal(status, 200);
    const [tooLarge] = await chunked(Array.from({ length: 4 }, () => Buffer.alloc(900_000)));
    assert.equal(tooLarge, 413);
  });

  it("takes SageMaker's custom attributes as the request's id", async () => {
    const attributes = { "x-amzn-sagemaker-custom-attributes": "trace-0042" };
    const response = await server.classify(await plainPhoto("red"), attributes);
    assert.equal(response.headers.get("x-amzn-sagemaker-custom-attributes"), "trace-0042");
    const line = await server.logged("invocation", "trace-0042");
    assert.equal(line.status, 200);
  });

  it("takes the id that asynchronous inference gives", async () => {
    const headers = { "x-amzn-sagemaker-inference-id": "inference-0007" };
    assert.equal((await server.classify(await plainPhoto("red"), headers)).status, 200);
    const line = await server.logged("invocation", "inference-0007");
    assert.equal(line.status, 200);
  });

  it("tells batch transform what it takes", async () => {
    const response = await fetch(await server.url("/execution-parameters"));
    assert.deepEqual(await response.json(), {
      MaxConcurrentTransforms: 4,
      BatchStrategy: "SINGLE_RECORD",
      MaxPayloadInMB: 2,
    });
  });

  it("shows its metrics", async () => {
    const body = await (await fetch(await server.url("/metrics"))).text();
    for (const stage of ["queue", "decode", "inference", "total"]) {
      const count = new RegExp(`^kennel_${stage}_seconds_count (\\d+)$`, "m").exec(body);
      assert.ok(Number(count?.[1]) > 0, stage);
    }
    assert.match(body, /^kennel_in_flight 0$/m);
    assert.match(body, /^kennel_rejected_total\{code="unreadable_photo"\} 1$/m);
    assert.match(body, /^kennel_requests_total\{status="200"\} \d+$/m);
  });

  it("writes nothing to the error output", () => assert.equal(server.stderr, ""));

  /** Sends bytes as they are and returns the answer's status line and body. */
  async function raw(bytes: string): Promise<[string, string]> {
    const socket = connect(await server.port(), "127.0.0.1");
    socket.write(bytes);
    const answer = await text(socket);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    return [head.split("\r\n")[0]!, body];
  }
});
