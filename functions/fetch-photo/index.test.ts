import assert from "node:assert/strict";
import type { RequestListener } from "node:http";

import { fetchPhoto } from "./index";
import { PhotoError } from "./photo-error";
import { Loopback, PUBLIC, refusal } from "./test-support/loopback";
import { CERTIFICATE, JPEG, PNG, startPhotoServer, WEBP } from "./test-support/photo-server";

describe("fetchPhoto: a photo", () => {
  const loopback = Loopback.use();

  it("comes with its bytes and the type they show", async () => {
    for (const [file, type] of [
      [JPEG, "image/jpeg"],
      [PNG, "image/png"],
      [WEBP, "image/webp"],
    ] as const) {
      loopback.handle = (_request, response) => {
        response.setHeader("content-type", "text/html");
        response.end(file);
      };
      const photo = await loopback.fetch("/dog?size=1");
      assert.deepEqual(photo.bytes, file);
      assert.equal(photo.contentType, type);
    }
    assert.equal(loopback.server.requests[0], "GET /dog?size=1");
    assert.equal(loopback.server.headers[0]?.["accept-encoding"], "identity");
  });

  it("comes over https when the certificate fits", async () => {
    const secure = await startPhotoServer((_request, response) => response.end(PNG), {
      address: PUBLIC,
      secure: true,
    });
    const options = {
      ports: [secure.port],
      allowedAddresses: [PUBLIC],
      resolve: loopback.dns.resolve,
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
    const photo = await loopback.fetch("/", { maxBytes: JPEG.length });
    assert.equal(photo.bytes.length, JPEG.length);
    const limited = loopback.fetch("/", { maxBytes: JPEG.length - 1 });
    assert.equal((await refusal("photo_too_large", limited)).statusCode, 413);
  });
});

describe("fetchPhoto: a redirect", () => {
  const loopback = Loopback.use();

  const redirectTo = (location: string): RequestListener => {
    return (request, response) => {
      if (request.url === "/photo") response.end(JPEG);
      else response.writeHead(302, { location }).end("moved");
    };
  };

  it("is followed to an address that the server wrote in UTF-8, as browsers do", async () => {
    loopback.handle = (request, response) => {
      if (request.url === "/h%C3%BCndchen.jpg") response.end(JPEG);
      else {
        // Node.js writes header values as Latin-1: these are the UTF-8 bytes.
        const location = Buffer.from("/hündchen.jpg", "utf8").toString("latin1");
        response.writeHead(302, { location }).end();
      }
    };
    assert.equal((await loopback.fetch()).contentType, "image/jpeg");
  });

  it("is followed, relative or absolute, in all five forms", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      loopback.handle = (request, response) => {
        if (request.url === "/photo") response.end(JPEG);
        else response.writeHead(status, { location: "photo" }).end();
      };
      assert.equal((await loopback.fetch()).contentType, "image/jpeg");
    }
    loopback.handle = redirectTo(`http://other.test:${loopback.server.port}/photo`);
    await loopback.fetch();
    assert.equal(loopback.dns.queries.at(-1), "other.test");
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
      loopback.handle = redirectTo(
        location.replace(/(?<=\/\/[^/]*)\/.*$/, `:${loopback.server.port}/x`),
      );
      const attempt = loopback.fetch().catch((error: unknown) => {
        assert.ok(error instanceof PhotoError);
        assert.match(error.message, /^http:\/\/photos\.test:\d+\/dog\.jpg redirects: /);
        assert.equal(error.code, "address_not_allowed");
        return "refused";
      });
      assert.equal(await attempt, "refused");
    });
  }

  it("to another protocol, port or with credentials is refused", async () => {
    loopback.handle = redirectTo("file:///etc/passwd");
    await refusal("protocol_not_allowed", loopback.fetch());
    loopback.handle = redirectTo("http://photos.test:22/");
    await refusal("port_not_allowed", loopback.fetch());
    loopback.handle = redirectTo(`http://me:token@photos.test:${loopback.server.port}/`);
    await refusal("credentials_not_allowed", loopback.fetch());
  });

  it("without a usable target is refused", async () => {
    loopback.handle = (_request, response) => response.writeHead(302).end();
    await refusal("invalid_redirect", loopback.fetch());
    loopback.handle = redirectTo("http://[");
    await refusal("invalid_redirect", loopback.fetch());
  });

  it("is followed three times and not four", async () => {
    const hops = (count: number): RequestListener => {
      return (request, response) => {
        const hop = Number(request.url?.slice(1));
        if (hop === count) response.end(JPEG);
        else response.writeHead(302, { location: `/${hop + 1}` }).end();
      };
    };
    loopback.handle = hops(3);
    await loopback.fetch("/0");
    loopback.handle = hops(4);
    const error = await refusal("too_many_redirects", loopback.fetch("/0?token=1"));
    assert.match(error.message, /more than 3 times/);
    assert.equal(loopback.server.requests.length, 4 + 4);
    loopback.handle = hops(1);
    await refusal("too_many_redirects", loopback.fetch("/0", { maxRedirects: 0 }));
  });
});

describe("fetchPhoto: its caller", () => {
  const loopback = Loopback.use();

  it("can end it early", async () => {
    loopback.handle = () => undefined;
    const reason = new Error("nobody waits any more");
    const signal = AbortSignal.abort(reason);
    await assert.rejects(loopback.fetch("/", { signal }), reason);
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(reason);
    }, 50);
    await assert.rejects(loopback.fetch("/", { signal: controller.signal }), reason);
  });

  it("learns which option is invalid", async () => {
    for (const options of [
      { maxBytes: 0 },
      { maxBytes: 1.5 },
      { timeoutMs: Number.NaN },
      { timeoutMs: 2 ** 31 },
      { connectTimeoutMs: -1 },
      { maxRedirects: 21 },
    ]) {
      const [name = ""] = Object.keys(options);
      await assert.rejects(loopback.fetch("/", options), {
        name: "RangeError",
        message: new RegExp(`^${name}: `),
      });
    }
  });
});
