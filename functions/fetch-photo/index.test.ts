import assert from "node:assert/strict";
import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

import type { FetchPhotoOptions } from "./index";
import { fetchPhoto } from "./index";
import { PhotoError, type PhotoErrorCode } from "./photo-error";
import { startDnsServer, type DnsServer } from "./test-support/dns-server";
import {
  CERTIFICATE,
  JPEG,
  PNG,
  startPhotoServer,
  WEBP,
  type PhotoServer,
} from "./test-support/photo-server";

/** Stands for the public internet: the one loopback address that the tests allow. */
const PUBLIC = "127.0.0.2";
/** Stands for the private network behind: a server waits there that must never be reached. */
const PRIVATE = "127.0.0.1";

async function refusal(code: PhotoErrorCode, attempt: Promise<unknown>): Promise<PhotoError> {
  const error: unknown = await attempt.then(
    () => assert.fail("the photo was fetched"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PhotoError, String(error));
  assert.equal(error.code, code, error.message);
  assert.doesNotMatch(error.message, /127\.0\.0\.|token|\n/, "nothing internal is told");
  return error;
}

/** fetchPhoto over http with the test's DNS server and the "public" address. */
function fetchFrom(
  server: PhotoServer,
  dns: DnsServer,
  path = "/dog.jpg",
  options: FetchPhotoOptions = {},
): ReturnType<typeof fetchPhoto> {
  return fetchPhoto(`http://photos.test:${server.port}${path}`, {
    allowHttp: true,
    ports: [server.port],
    allowedAddresses: [PUBLIC],
    resolve: dns.resolve,
    ...options,
  });
}

describe("fetchPhoto", () => {
  let dns: DnsServer;
  let internal: PhotoServer;
  let server: PhotoServer;
  let handle: Parameters<typeof startPhotoServer>[0];
  let answer: Parameters<typeof startDnsServer>[0];

  beforeEach(async () => {
    answer = () => [PUBLIC];
    handle = (_request, response) => response.end(JPEG);
    dns = await startDnsServer((name, earlier) => answer(name, earlier));
    server = await startPhotoServer((request, response) => handle(request, response), {
      address: PUBLIC,
    });
    internal = await startPhotoServer((_request, response) => response.end(JPEG), {
      address: PRIVATE,
      port: server.port,
    });
  });

  afterEach(async () => {
    dns.close();
    await Promise.all([server.close(), internal.close()]);
    // Whatever a test tried, nothing ever came through to the inside.
    assert.equal(internal.connections(), 0);
  });

  describe("a photo", () => {
    it("comes with its bytes and the type they show", async () => {
      for (const [file, type] of [
        [JPEG, "image/jpeg"],
        [PNG, "image/png"],
        [WEBP, "image/webp"],
      ] as const) {
        handle = (_request, response) => {
          response.setHeader("content-type", "text/html");
          response.end(file);
        };
        const photo = await fetchFrom(server, dns, "/dog?size=1");
        assert.deepEqual(photo.bytes, file);
        assert.equal(photo.contentType, type);
      }
      assert.equal(server.requests[0], "GET /dog?size=1");
      assert.equal(server.headers[0]?.["accept-encoding"], "identity");
    });

    it("comes over https when the certificate fits", async () => {
      const secure = await startPhotoServer((_request, response) => response.end(PNG), {
        address: PUBLIC,
        secure: true,
      });
      const options = {
        ports: [secure.port],
        allowedAddresses: [PUBLIC],
        resolve: dns.resolve,
        certificateAuthority: CERTIFICATE,
      };
      try {
        const photo = await fetchPhoto(`https://photos.test:${secure.port}/`, options);
        assert.equal(photo.contentType, "image/png");
        const otherName = fetchPhoto(`https://elsewhere.test:${secure.port}/`, options);
        assert.match((await refusal("connection_failed", otherName)).message, /certificate/);
        const unknownAuthority = fetchPhoto(`https://photos.test:${secure.port}/`, {
          ...options,
          certificateAuthority: undefined,
        });
        await refusal("connection_failed", unknownAuthority);
      } finally {
        await secure.close();
      }
    });

    it("may be exactly as large as the limit", async () => {
      const photo = await fetchFrom(server, dns, "/", { maxBytes: JPEG.length });
      assert.equal(photo.bytes.length, JPEG.length);
      const limited = fetchFrom(server, dns, "/", { maxBytes: JPEG.length - 1 });
      assert.equal((await refusal("photo_too_large", limited)).statusCode, 413);
    });
  });

  describe("an address", () => {
    it("that a name hides is refused, and no connection is made", async () => {
      answer = () => [PRIVATE];
      const error = await refusal("address_not_allowed", fetchFrom(server, dns));
      assert.equal(error.statusCode, 400);
    });

    it("among good ones is refused, whichever comes first", async () => {
      for (const addresses of [
        [PUBLIC, PRIVATE],
        [PRIVATE, PUBLIC],
        [PUBLIC, PUBLIC, "169.254.169.254"],
      ]) {
        answer = () => addresses;
        await refusal("address_not_allowed", fetchFrom(server, dns));
      }
      assert.equal(server.connections(), 0);
    });

    it("that changes after the first answer (rebinding) is never connected to", async () => {
      answer = (_name, earlier) => [earlier === 0 ? PUBLIC : PRIVATE];
      // The name is resolved once and that answer is connected to ...
      await fetchFrom(server, dns);
      assert.deepEqual(dns.queries, ["photos.test"]);
      // ... and the next connection is judged anew.
      await refusal("address_not_allowed", fetchFrom(server, dns));
    });

    it("that changes between a redirect and its target is never connected to", async () => {
      answer = (_name, earlier) => [earlier === 0 ? PUBLIC : PRIVATE];
      handle = (_request, response) => {
        response.writeHead(302, { location: "/again" }).end();
      };
      await refusal("address_not_allowed", fetchFrom(server, dns));
      assert.equal(dns.queries.length, 2);
      assert.equal(server.connections(), 1);
    });

    it("is refused in every family when the resolver answers both", async () => {
      const resolve = () =>
        Promise.resolve([
          { address: PUBLIC, family: 4 },
          { address: "::ffff:127.0.0.1", family: 6 },
        ]);
      await refusal("address_not_allowed", fetchFrom(server, dns, "/", { resolve }));
      const junk = () => Promise.resolve([{ address: "not an address", family: 4 }]);
      await refusal("address_not_allowed", fetchFrom(server, dns, "/", { resolve: junk }));
    });

    it("of this machine is refused by its real name, too", async () => {
      const error = await refusal(
        "address_not_allowed",
        fetchPhoto(`http://localhost:${internal.port}/`, {
          allowHttp: true,
          ports: [internal.port],
        }),
      );
      assert.match(error.message, /localhost/);
    });
  });

  describe("a redirect", () => {
    const redirectTo = (location: string): Parameters<typeof startPhotoServer>[0] => {
      return (request, response) => {
        if (request.url === "/photo") response.end(JPEG);
        else response.writeHead(302, { location }).end("moved");
      };
    };

    it("is followed, relative or absolute, in all five forms", async () => {
      for (const status of [301, 302, 303, 307, 308]) {
        handle = (request, response) => {
          if (request.url === "/photo") response.end(JPEG);
          else response.writeHead(status, { location: "photo" }).end();
        };
        assert.equal((await fetchFrom(server, dns)).contentType, "image/jpeg");
      }
      handle = redirectTo(`http://other.test:${server.port}/photo`);
      await fetchFrom(server, dns);
      assert.equal(dns.queries.at(-1), "other.test");
    });

    for (const location of [
      "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
      "http://127.0.0.1/",
      "http://2852039166/",
      "http://0xa9fea9fe/",
      "http://0251.0376.0251.0376/",
      "http://[::ffff:169.254.169.254]/",
      "http://[fd00:ec2::254]/",
    ]) {
      it(`to ${location} is refused`, async () => {
        handle = redirectTo(location.replace(/(?<=\/\/[^/]*)\/.*$/, `:${server.port}/x`));
        const attempt = fetchFrom(server, dns).catch((error: unknown) => {
          assert.ok(error instanceof PhotoError);
          assert.match(error.message, /^http:\/\/photos\.test:\d+\/dog\.jpg redirects: /);
          assert.equal(error.code, "address_not_allowed");
          return "refused";
        });
        assert.equal(await attempt, "refused");
      });
    }

    it("to another protocol, port or with credentials is refused", async () => {
      handle = redirectTo("file:///etc/passwd");
      await refusal("protocol_not_allowed", fetchFrom(server, dns));
      handle = redirectTo("http://photos.test:22/");
      await refusal("port_not_allowed", fetchFrom(server, dns));
      handle = redirectTo(`http://me:token@photos.test:${server.port}/`);
      await refusal("credentials_not_allowed", fetchFrom(server, dns));
    });

    it("without a usable target is refused", async () => {
      handle = (_request, response) => response.writeHead(302).end();
      await refusal("invalid_redirect", fetchFrom(server, dns));
      handle = redirectTo("http://[");
      await refusal("invalid_redirect", fetchFrom(server, dns));
    });

    it("is followed three times and not four", async () => {
      const hops = (count: number): Parameters<typeof startPhotoServer>[0] => {
        return (request, response) => {
          const hop = Number(request.url?.slice(1));
          if (hop === count) response.end(JPEG);
          else response.writeHead(302, { location: `/${hop + 1}` }).end();
        };
      };
      handle = hops(3);
      await fetchFrom(server, dns, "/0");
      handle = hops(4);
      const error = await refusal("too_many_redirects", fetchFrom(server, dns, "/0?token=1"));
      assert.match(error.message, /more than 3 times/);
      assert.equal(server.requests.length, 4 + 4);
      handle = hops(1);
      await refusal("too_many_redirects", fetchFrom(server, dns, "/0", { maxRedirects: 0 }));
    });
  });

  describe("a body", () => {
    it("that never ends is cut at the limit", async () => {
      let sent = 0;
      handle = (_request, response) => {
        const write = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384, 0xff))) sent += 16_384;
          response.once("drain", write);
        };
        response.write(JPEG);
        write();
      };
      await refusal("photo_too_large", fetchFrom(server, dns, "/", { maxBytes: 100_000 }));
      assert.ok(sent < 20_000_000, `${sent} bytes`);
    });

    it("that announces too much is not read at all", async () => {
      handle = (_request, response) => {
        response.writeHead(200, { "content-length": "99999999999" });
        response.write(JPEG);
      };
      await refusal("photo_too_large", fetchFrom(server, dns));
    });

    it("that is no photo is refused after its first bytes", async () => {
      handle = (_request, response) => {
        response.writeHead(200, { "content-type": "text/html" });
        response.write("<!doctype html><title>Dogs</title>");
      };
      const error = await refusal("unsupported_media_type", fetchFrom(server, dns));
      assert.equal(error.statusCode, 415);
      assert.match(error.message, /server says text\/html\); allowed: JPEG, PNG and WebP/);
    });

    it("that is empty, short, SVG or compressed is refused", async () => {
      handle = (_request, response) => response.end();
      assert.match(
        (await refusal("unsupported_media_type", fetchFrom(server, dns))).message,
        /is empty/,
      );
      for (const text of [
        "\xff",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "GIF89a..........",
      ]) {
        handle = (_request, response) => response.end(text);
        await refusal("unsupported_media_type", fetchFrom(server, dns));
      }
      handle = (_request, response) => {
        response.writeHead(200, { "content-encoding": "gzip" }).end(JPEG);
      };
      await refusal("unsupported_media_type", fetchFrom(server, dns));
    });

    it("that breaks off is refused", async () => {
      handle = (_request, response) => {
        response.writeHead(200, { "content-length": "100000" });
        response.write(JPEG, () => response.destroy());
      };
      assert.equal((await refusal("photo_incomplete", fetchFrom(server, dns))).statusCode, 422);
    });

    it("that trickles is given up after the total limit", async () => {
      handle = (_request, response) => {
        response.write(JPEG);
        const timer = setInterval(() => response.write("."), 20);
        response.on("close", () => {
          clearInterval(timer);
        });
      };
      const started = performance.now();
      const error = await refusal("photo_timeout", fetchFrom(server, dns, "/", { timeoutMs: 300 }));
      assert.equal(error.statusCode, 504);
      assert.ok(performance.now() - started < 1_500);
    });
  });

  describe("a server", () => {
    it("that answers with another status is named with it", async () => {
      for (const status of [204, 206, 404, 403, 500]) {
        handle = (_request, response) => response.writeHead(status).end();
        const error = await refusal("unexpected_status", fetchFrom(server, dns, "/x?token=1"));
        assert.match(
          error.message,
          new RegExp(`/x was answered with status ${status}; needed: 200`),
        );
      }
    });

    it("that never answers is given up after the total limit", async () => {
      handle = () => undefined;
      await refusal("photo_timeout", fetchFrom(server, dns, "/", { timeoutMs: 200 }));
    });

    it("that never finishes the TLS handshake is given up after the connect limit", async () => {
      const sockets: Socket[] = [];
      const silent: Server = createServer((socket) => sockets.push(socket));
      await new Promise<void>((resolve) => silent.listen(0, PUBLIC, resolve));
      const { port } = silent.address() as AddressInfo;
      const started = performance.now();
      try {
        const error = await refusal(
          "photo_timeout",
          fetchPhoto(`https://photos.test:${port}/`, {
            ports: [port],
            allowedAddresses: [PUBLIC],
            resolve: dns.resolve,
            connectTimeoutMs: 200,
          }),
        );
        assert.match(error.message, /no connection within 200 ms/);
        assert.ok(performance.now() - started < 1_500);
      } finally {
        for (const socket of sockets) socket.destroy();
        silent.close();
      }
    });

    it("whose name is never resolved is given up after the connect limit", async () => {
      const resolve = () => new Promise<never>(() => undefined);
      const attempt = fetchFrom(server, dns, "/", { resolve, connectTimeoutMs: 200 });
      await refusal("photo_timeout", attempt);
    });

    it("that has no address or does not listen is told apart", async () => {
      answer = () => [];
      await refusal("host_not_found", fetchFrom(server, dns));
      const none = () => Promise.resolve([]);
      await refusal("host_not_found", fetchFrom(server, dns, "/", { resolve: none }));
      answer = () => [PUBLIC];
      const closed = await startPhotoServer(() => undefined, { address: PUBLIC });
      await closed.close();
      const error = await refusal("connection_failed", fetchFrom(closed, dns));
      assert.match(error.message, /ECONNREFUSED/);
    });

    it("that does not speak HTTP is an error like any other", async () => {
      for (const text of [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "",
        `HTTP/1.1 200 OK\r\nx: ${"a".repeat(100_000)}\r\n\r\n`,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
      ]) {
        const odd: Server = createServer((socket) => {
          socket.on("error", () => undefined);
          socket.once("data", () => socket.end(text));
        });
        await new Promise<void>((resolve) => odd.listen(0, PUBLIC, resolve));
        const { port } = odd.address() as AddressInfo;
        try {
          await refusal(
            "connection_failed",
            fetchPhoto(`http://photos.test:${port}/`, {
              allowHttp: true,
              ports: [port],
              allowedAddresses: [PUBLIC],
              resolve: dns.resolve,
            }),
          );
        } finally {
          odd.close();
        }
      }
    });
  });

  describe("its caller", () => {
    it("can end it early", async () => {
      handle = () => undefined;
      const reason = new Error("nobody waits any more");
      const signal = AbortSignal.abort(reason);
      await assert.rejects(fetchFrom(server, dns, "/", { signal }), reason);
      const controller = new AbortController();
      setTimeout(() => {
        controller.abort(reason);
      }, 50);
      await assert.rejects(fetchFrom(server, dns, "/", { signal: controller.signal }), reason);
    });

    it("learns which option makes no sense", async () => {
      for (const options of [
        { maxBytes: 0 },
        { maxBytes: 1.5 },
        { timeoutMs: Number.NaN },
        { timeoutMs: 2 ** 31 },
        { connectTimeoutMs: -1 },
        { maxRedirects: 21 },
      ]) {
        const [name = ""] = Object.keys(options);
        await assert.rejects(fetchFrom(server, dns, "/", options), {
          name: "RangeError",
          message: new RegExp(`^${name}: `),
        });
      }
    });
  });
});
