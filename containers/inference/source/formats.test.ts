import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import sharp from "sharp";
import { colours, removeTemporaryDirectories, writeModelDirectory } from "../testing/model-files";
import { ServerProcess, stopServers } from "../testing/server-process";
import type { KennelAnswer } from "./http/answers";

type Answer = number[] | KennelAnswer | { error: { code: string; message: string } };

/** A NumPy file with plain images of 8 x 8 pixels. */
function array(values: readonly (readonly number[])[], shape: string): Buffer {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length, 0]);
  const pixels = values.flatMap((rgb) => Array.from({ length: 64 }, () => rgb).flat());
  return Buffer.concat([start, Buffer.from(header), Buffer.from(pixels)]);
}

const red = [255, 0, 0];
const blue = [0, 0, 255];

describe("the server's formats", () => {
  let server: ServerProcess;
  const photos = new Map<string, string>();

  before(async () => {
    server = new ServerProcess({
      SM_MODEL_DIR: writeModelDirectory(),
      KENNEL_WORKERS: "2",
      KENNEL_MAX_BODY_BYTES: "1000000",
    });
    for (const background of colours) {
      const create = { width: 40, height: 40, channels: 3, background } as const;
      photos.set(background, (await sharp({ create }).png().toBuffer()).toString("base64"));
    }
    await server.logged("ready");
  });

  after(async () => {
    await server.stop();
    stopServers();
    removeTemporaryDirectories();
  });

  const record = (colour: string) => JSON.stringify({ image: photos.get(colour) });

  function colourOf(scores: readonly number[]): string {
    return colours[scores.indexOf(Math.max(...scores))]!;
  }

  async function answersTo(
    lines: readonly string[],
    accept = "application/jsonlines",
  ): Promise<Answer[]> {
    const headers = { "content-type": "application/jsonlines", accept };
    const response = await server.classify(Buffer.from(lines.join("\n")), headers);
    const body = await response.text();
    assert.equal(response.status, 200, body);
    assert.ok(response.headers.get("content-type")!.startsWith(accept));
    assert.match(body, /\n$/);
    return body
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Answer);
  }

  describe("NumPy arrays", () => {
    const headers = { "content-type": "application/x-npy" };

    it("takes one image's pixels", async () => {
      const response = await server.classify(array([blue], "(8, 8, 3)"), headers);
      const rows = (await response.json()) as number[][];
      assert.deepEqual(rows.map(colourOf), ["blue"]);
    });

    it("takes many, and answers a row each in their order", async () => {
      const body = array([red, blue, red], "(3, 8, 8, 3)");
      const rows = (await (await server.classify(body, headers)).json()) as number[][];
      assert.deepEqual(rows.map(colourOf), ["red", "blue", "red"]);
      const accept = "application/vnd.kennel+json";
      const labelled = await server.classify(body, { ...headers, accept });
      const answers = (await labelled.json()) as KennelAnswer[];
      assert.deepEqual(
        answers.map(({ predictions }) => predictions[0]!.label),
        ["red", "blue", "red"],
      );
    });

    it("answers as one, of a photo as well", async () => {
      const accept = "application/x-npy";
      const photo = Buffer.from(photos.get("green")!, "base64");
      const response = await server.classify(photo, { "content-type": "image/png", accept });
      assert.equal(response.headers.get("content-type"), accept);
      const bytes = Buffer.from(await response.arrayBuffer());
      const start = 10 + bytes.readUInt16LE(8);
      assert.match(bytes.toString("latin1", 10, start), /'<f4'.*\(1, 3\)/);
      const scores = [0, 1, 2].map((index) => bytes.readFloatLE(start + 4 * index));
      assert.equal(colourOf(scores), "green");
    });

    it("refuses what is none", async () => {
      const response = await server.classify(Buffer.from("hello"), headers);
      assert.equal(response.status, 400);
      assert.match(await response.text(), /"code":"invalid_npy".*as numpy\.save writes it/);
    });
  });

  it("takes a photo within JSON", async () => {
    const headers = { "content-type": "application/json" };
    const response = await server.classify(Buffer.from(record("green")), headers);
    assert.deepEqual(((await response.json()) as number[][]).map(colourOf), ["green"]);
  });

  it("goes by the first bytes where the type says nothing, or something else", async () => {
    const photo = Buffer.from(photos.get("green")!, "base64");
    const types = ["image/jpg", "image/gif", "application/octet-stream", "binary/octet-stream"];
    for (const type of [...types, "application/x-image", ""]) {
      const response = await server.classify(photo, { "content-type": type });
      assert.equal(response.status, 200, type);
    }
    const json = await server.classify(Buffer.from(`\ufeff${record("blue")}`), {
      "content-type": "application/octet-stream",
    });
    assert.deepEqual(((await json.json()) as number[][]).map(colourOf), ["blue"]);
  });

  it("names what is not read, and says what to do", async () => {
    const files: Record<string, [Buffer, RegExp]> = {
      "image/heic": [Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic"), /HEIC.*as JPEG/],
      "image/gif": [Buffer.from("GIF89a\x01\0\x01\0"), /of type GIF.*Convert/],
    };
    for (const [type, [file, expected]] of Object.entries(files)) {
      const response = await server.classify(file, { "content-type": type });
      assert.equal(response.status, 415);
      assert.match(await response.text(), expected);
    }
  });

  it("takes the photo of JSON that has both a photo and its address, and passes over a byte-order mark", async () => {
    const both = `\ufeff{"url": "https://example.com/a.jpg", ${record("red").slice(1)}`;
    const headers = { "content-type": "application/json" };
    const response = await server.classify(Buffer.from(both), headers);
    assert.deepEqual(((await response.json()) as number[][]).map(colourOf), ["red"]);
    const answers = (await answersTo([`\ufeff${record("blue")}`, record("red")])) as number[][];
    assert.deepEqual(answers.map(colourOf), ["blue", "red"]);
  });

  it("says that what should be a photo in JSON is not base64", async () => {
    for (const image of ["!!!!", `data:image/png;base64,${photos.get("green")}`]) {
      const headers = { "content-type": "application/json" };
      const response = await server.classify(Buffer.from(JSON.stringify({ image })), headers);
      assert.equal(response.status, 400);
      assert.match(await response.text(), /"code":"invalid_json".*is not base64/);
    }
    const broken = photos.get("green")!.replace(/.{76}/g, "$&\r\n");
    const headers = { "content-type": "application/json" };
    const body = Buffer.from(JSON.stringify({ image: broken }));
    assert.equal((await server.classify(body, headers)).status, 200);
  });

  describe("JSON lines", () => {
    it("answers each line in its order", async () => {
      const order = Array.from({ length: 20 }, (_, index) => colours[(index * 7) % 3]!);
      const answers = (await answersTo(order.map(record))) as number[][];
      assert.deepEqual(answers.map(colourOf), order);
    });

    it("answers with labels where that is wanted", async () => {
      const accept = "application/vnd.kennel+jsonlines";
      const [answer] = (await answersTo([record("blue")], accept)) as KennelAnswer[];
      assert.equal(answer!.predictions[0]!.label, "blue");
      assert.match(answer!.model, /^sha256:/);
    });

    it("answers a bad record with an error in its place, and the others none the less", async () => {
      const lines = [
        record("red"),
        "not JSON",
        '{"image": "aGVsbG8="}',
        '{"url": "https://example.com/a.jpg"}',
        "",
        `{"image": "${"A".repeat(1_400_000)}"}`,
        record("green"),
      ];
      const answers = await answersTo(lines);
      const seen = answers.map((answer) =>
        Array.isArray(answer) ? colourOf(answer) : "error" in answer && answer.error.code,
      );
      assert.deepEqual(seen, [
        "red",
        "invalid_json",
        "unsupported_media_type",
        "fetching_disabled",
        "body_too_large",
        "green",
      ]);
    });

    it("answers nothing to nothing", async () => {
      const headers = { "content-type": "application/jsonlines" };
      const response = await server.classify(Buffer.alloc(0), headers);
      assert.deepEqual([response.status, await response.text()], [200, ""]);
    });

    it("takes the 100 MB that batch transform sends at most, and no more", async () => {
      const headers = { "content-type": "application/x-ndjson" };
      const line = `${record("blue").slice(0, -1)}, "name": "${"x".repeat(900_000)}"}\n`;
      const count = Math.floor((100 * 1024 * 1024) / line.length);
      const response = await server.classify(Buffer.from(line.repeat(count)), headers);
      const answer = await response.text();
      assert.equal(response.status, 200, answer);
      const rows = answer.trim().split("\n");
      assert.equal(rows.length, count);
      assert.deepEqual(
        [...new Set(rows)].map((row) => colourOf(JSON.parse(row) as number[])),
        ["blue"],
      );
      const refused = await server.classify(Buffer.from(line.repeat(count + 1)), headers);
      assert.equal(refused.status, 413);
    });

    it("answers others while it refuses many bad lines", async () => {
      const headers = { "content-type": "application/jsonlines" };
      let isDone = false;
      const batch = server.classify(Buffer.from("x\n".repeat(10_000)), headers);
      void batch.then(() => (isDone = true));
      const photo = Buffer.from(photos.get("green")!, "base64");
      assert.equal((await server.classify(photo)).status, 200);
      assert.equal(isDone, false);
      assert.equal((await (await batch).text()).split("\n").length, 10_001);
    });

    it("leaves room for everybody, however many send slowly", async () => {
      const url = await server.url("/invocations");
      const slow = Array.from({ length: 300 }, (_, index) => {
        const headers = {
          "content-type": index % 2 ? "application/jsonlines" : "image/png",
          "content-length": 999_999,
        };
        const request = httpRequest(url, { method: "POST", headers, agent: false });
        request.on("error", () => undefined).write("{");
        return request;
      });
      await Promise.all(slow.map((request) => once(request, "socket")));
      const photo = Buffer.from(photos.get("green")!, "base64");
      assert.equal((await server.classify(photo)).status, 200);
      for (const request of slow) request.destroy();
    });
  });
});
