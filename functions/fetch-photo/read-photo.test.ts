import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";

import { Loopback, refusal } from "./test-support/loopback";
import { JPEG } from "./test-support/photo-server";

describe("fetchPhoto: a body", () => {
  const loopback = Loopback.use();

  it("that never ends is cut at the limit", async () => {
    let sent = 0;
    loopback.handle = (_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 0xff))) sent += 16_384;
        response.once("drain", write);
      };
      response.write(JPEG);
      write();
    };
    await refusal("photo_too_large", loopback.fetch("/", { maxBytes: 100_000 }));
    assert.ok(sent < 20_000_000, `${sent} bytes`);
  });

  it("that announces too much is not read at all", async () => {
    loopback.handle = (_request, response) => {
      response.writeHead(200, { "content-length": "99999999999" });
      response.write(JPEG);
    };
    await refusal("photo_too_large", loopback.fetch());
  });

  it("that is not a photo is refused after its first bytes", async () => {
    loopback.handle = (_request, response) => {
      response.writeHead(200, { "content-type": "text/html" });
      response.write("<!doctype html><title>Dogs</title>");
    };
    const error = await refusal("unsupported_media_type", loopback.fetch());
    assert.equal(error.statusCode, 415);
    assert.match(error.message, /server says text\/html\); allowed: JPEG, PNG and WebP/);
  });

  it("that is empty, short, SVG or compressed is refused", async () => {
    loopback.handle = (_request, response) => response.end();
    assert.match((await refusal("unsupported_media_type", loopback.fetch())).message, /is empty/);
    for (const text of ["\xff", "<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a.........."]) {
      loopback.handle = (_request, response) => response.end(text);
      await refusal("unsupported_media_type", loopback.fetch());
    }
    loopback.handle = (_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(JPEG));
    };
    const error = await refusal("unsupported_media_type", loopback.fetch());
    assert.match(error.message, /is a file of type gzip; .* uncompressed/);
  });

  it("that is a photo is read, whatever Content-Encoding S3 keeps beside it", async () => {
    for (const encoding of ["", "aws-chunked", "base64", "utf-8", "binary", "gzip"]) {
      loopback.handle = (_request, response) => {
        response.writeHead(200, { "content-encoding": encoding }).end(JPEG);
      };
      assert.equal((await loopback.fetch()).contentType, "image/jpeg", encoding);
    }
  });

  it("that is a phone's HEIC photo is named, with what to do", async () => {
    loopback.handle = (_request, response) => {
      response.writeHead(200, { "content-type": "image/heic" });
      response.end(Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"));
    };
    const error = await refusal("unsupported_media_type", loopback.fetch());
    assert.match(error.message, /is a file of type HEIC .*Export the photo as JPEG/);
  });

  it("that would unpack to gigabytes is not unpacked", async () => {
    const bomb = gzipSync(Buffer.concat([JPEG, Buffer.alloc(50_000_000)]));
    assert.ok(bomb.length < 100_000);
    for (const headers of [
      { "content-encoding": "gzip" },
      { "content-encoding": "identity, gzip" },
      { "content-type": "image/jpeg" },
      { "transfer-encoding": "gzip, chunked" },
    ]) {
      loopback.handle = (_request, response) => response.writeHead(200, headers).end(bomb);
      await refusal("unsupported_media_type", loopback.fetch());
    }
  });

  it("that breaks off is refused", async () => {
    loopback.handle = (_request, response) => {
      response.writeHead(200, { "content-length": "100000" });
      response.write(JPEG, () => response.destroy());
    };
    assert.equal((await refusal("photo_incomplete", loopback.fetch())).statusCode, 422);
  });

  it("that trickles is given up after the total limit", async () => {
    loopback.handle = (_request, response) => {
      response.write(JPEG);
      const timer = setInterval(() => response.write("."), 20);
      response.on("close", () => {
        clearInterval(timer);
      });
    };
    const started = performance.now();
    const error = await refusal("photo_timeout", loopback.fetch("/", { timeoutMs: 300 }));
    assert.equal(error.statusCode, 504);
    assert.ok(performance.now() - started < 1_500);
  });
});
