import assert from "node:assert/strict";

import { fetchPhoto } from "@kennel/fetch-photo";
import fc from "fast-check";

import {
  albEvent,
  formParts,
  HEIC,
  httpEvent,
  JPEG,
  photoParts,
  restEvent,
} from "./test-support/events";
import { CONTEXT, errorOf, HandlerFixture, CORS, URL_EVENT } from "./test-support/handler-fixture";
import { LABELLED_ANSWER } from "./test-support/runtime-server";

describe("the handler, given an HTTP event", () => {
  const fixture = HandlerFixture.use();

  const forms = [
    ["REST API", restEvent],
    ["HTTP API and function URL", httpEvent],
    ["load balancer", albEvent],
  ] as const;

  for (const [name, makeEvent] of forms) {
    it(`classifies a photo in the body (${name})`, async () => {
      const answer = await fixture.ask(makeEvent(photoParts(JPEG)));
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.body, "[[0.5,1.5986]]");
      assert.deepEqual(answer.headers, { "Content-Type": "text/plain", ...CORS });
      assert.deepEqual(fixture.runtime.requests[0]?.body, JPEG);
    });

    it(`classifies a URL in a JSON body, base64 or not (${name})`, async () => {
      const body = JSON.stringify({ ...URL_EVENT, other: [1] });
      const encoded = Buffer.from(body).toString("base64");
      for (const parts of [{ body }, { body: encoded, isBase64Encoded: true }]) {
        const answer = await fixture.ask(makeEvent(parts));
        assert.equal(answer.body, "[[0.5,1.5986]]");
      }
    });

    it(`knows a photo by its bytes, whatever its Content-Type (${name})`, async () => {
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      assert.equal((await fixture.ask(makeEvent(photoParts(JPEG, headers)))).statusCode, 200);
      assert.equal(fixture.runtime.requests[0]?.headers["content-type"], "image/jpeg");
    });

    it(`answers with labels who accepts exactly that (${name})`, async () => {
      const { predictions, scores, model } = LABELLED_ANSWER;
      for (const accept of [
        "application/vnd.kennel+json",
        "text/html;q=0.5, Application/Vnd.Kennel+JSON; q=0.9",
      ]) {
        const answer = await fixture.ask(makeEvent(photoParts(JPEG, { ACCEPT: accept })));
        assert.deepEqual(Object.keys(answer), ["statusCode", "headers", "body"]);
        assert.equal(answer.headers["Content-Type"], "application/vnd.kennel+json");
        assert.deepEqual(JSON.parse(answer.body), { predictions, scores, model });
      }
      for (const accept of [
        "*/*",
        "application/json, text/plain, */*",
        "application/vnd.kennel+json;q=0",
        "",
      ]) {
        const answer = await fixture.ask(makeEvent(photoParts(JPEG, { Accept: accept })));
        assert.equal(answer.body, "[[0.5,1.5986]]", accept);
      }
    });

    it(`refuses what is neither a photo nor a URL (${name})`, async () => {
      const jpegAsText = JPEG.toString("utf8");
      const image = { "Content-Type": "image/png" };
      const cases: readonly (readonly [Parameters<typeof makeEvent>[0], number, RegExp])[] = [
        [{}, 400, /no body.*Send \{"url"/],
        [{ body: "" }, 400, /no body/],
        [{ body: "hello" }, 400, /neither JSON nor a JPEG, PNG or WebP/],
        [{ body: "[1" }, 400, /neither JSON/],
        [{ body: "7" }, 400, /body is a number, not a JSON object/],
        [{ body: "null" }, 400, /body is null/],
        [{ body: '["https://x"]' }, 400, /body is a list/],
        [{ body: "{}" }, 400, /body has no "url" and no "image"/],
        [{ body: '{"url": 7}' }, 400, /"url" is a number, not a text/],
        [{ body: '{"url": null}' }, 400, /"url" is null/],
        [{ body: "!!!", isBase64Encoded: true }, 400, /neither JSON/],
        [{ body: jpegAsText, headers: image }, 415, /arrived as text: add image\/\*/],
        [
          photoParts(Buffer.from("GIF89a"), image),
          415,
          /of type GIF\. Allowed: JPEG, PNG and WebP/,
        ],
        [
          { body: "--x", headers: { "content-type": "multipart/form-data; boundary=x" } },
          400,
          /The form can't be read \(/,
        ],
        [photoParts(HEIC, image), 415, /is a file of type HEIC.*Export the photo as JPEG/],
        [{ body: '{"image": 7, "url": "https://x.example/"}' }, 400, /"image" is a number, not a/],
        [{ body: '{"image": "data:image/jpeg;base64,/9j/4AAQ"}' }, 400, /"image" is not base64/],
        [{ body: '{"image": "aGVsbG8="}' }, 415, /is not a photo/],
        [{ method: "GET" }, 405, /GET is not allowed; allowed: POST/],
      ];
      for (const [parts, statusCode, message] of cases) {
        const error = errorOf(await fixture.ask(makeEvent(parts)));
        assert.equal(error.statusCode, statusCode, error.message);
        assert.match(error.message, message);
      }
      assert.equal(fixture.runtime.requests.length, 0, "junk never reaches the endpoint");
    });

    it(`takes a photo as base64, and before a URL (${name})`, async () => {
      const image = JPEG.toString("base64");
      const wrapped = image.replace(/.{76}/g, "$&\r\n").replaceAll("+", "-").replaceAll("/", "_");
      for (const body of [
        JSON.stringify({ image }),
        JSON.stringify({ id: 7, url: "https://photos.example/other.jpg", image: wrapped }),
        `\uFEFF${JSON.stringify({ image })}`,
        image,
      ]) {
        fixture.runtime.requests.length = 0;
        const answer = await fixture.ask(makeEvent({ body }));
        assert.equal(answer.statusCode, 200, answer.body);
        assert.deepEqual(fixture.runtime.requests[0]?.body, JPEG);
      }
    });

    it(`takes the photo of a browser's form, or its URL (${name})`, async () => {
      const file = await fixture.ask(makeEvent(formParts({ note: "my dog" }, JPEG)));
      assert.equal(file.statusCode, 200, file.body);
      assert.deepEqual(fixture.runtime.requests[0]?.body, JPEG);
      const heic = errorOf(await fixture.ask(makeEvent(formParts({}, HEIC))));
      assert.match(heic.message, /of type HEIC/);
      const headers = { "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8" };
      const body = new URLSearchParams({ url: URL_EVENT.url }).toString();
      for (const parts of [formParts(URL_EVENT, Buffer.alloc(0)), { body, headers }]) {
        assert.equal((await fixture.ask(makeEvent(parts))).statusCode, 200);
      }
      const large = Buffer.concat([JPEG, Buffer.alloc(1_500_000, 0xfb)]);
      const image = large.toString("base64");
      assert.match(image, /\+/);
      // As a program writes it that does not escape the plus signs of base64.
      const text = { body: `image=${image}`, headers };
      for (const parts of [formParts({ image }, Buffer.alloc(0)), text]) {
        fixture.runtime.requests.length = 0;
        assert.equal((await fixture.ask(makeEvent(parts))).statusCode, 200);
        assert.deepEqual(fixture.runtime.requests[0]?.body, large);
      }
      const empty = errorOf(await fixture.ask(makeEvent(formParts({}, Buffer.alloc(0)))));
      assert.match(empty.message, /^The form has no "url" and no "image"/);
    });

    it(`refuses a photo over the limit (${name})`, async () => {
      const handler = fixture.makeHandler({ settings: { maxPhotoBytes: JPEG.length - 1 } });
      const error = errorOf(await handler(makeEvent(photoParts(JPEG)), CONTEXT));
      assert.equal(error.statusCode, 413);
      assert.equal(
        error.message,
        "The photo has 2004 bytes; allowed: 2003. Send a smaller version of it.",
      );
    });

    it(`answers a browser that asks first (${name})`, async () => {
      const answer = await fixture.ask(makeEvent({ method: "OPTIONS" }));
      assert.equal(answer.statusCode, 204);
      assert.equal(answer.headers["Access-Control-Allow-Methods"], "POST, OPTIONS");
    });
  }

  it("keeps the original extra keys where they do no harm, and only there", async () => {
    const http = await fixture.ask(httpEvent(photoParts(JPEG)));
    assert.equal(http["type-result"], "<class 'str'>");
    assert.deepEqual(http.predictions, LABELLED_ANSWER.predictions);
    // A REST API answers 502 when a proxy answer has a key that it does not know.
    const rest = await fixture.ask(restEvent(photoParts(JPEG)));
    assert.deepEqual(Object.keys(rest), ["statusCode", "headers", "body"]);
  });

  it("says which methods are allowed", async () => {
    assert.equal(
      (await fixture.ask(httpEvent({ method: "DELETE" }))).headers["Allow"],
      "POST, OPTIONS",
    );
  });
});

describe("the handler behind a load balancer with header lists", () => {
  const fixture = HandlerFixture.use();

  it("reads headers from lists, and answers with lists", async () => {
    const event = {
      ...albEvent(photoParts(JPEG)),
      headers: undefined,
      multiValueHeaders: { accept: ["text/html", "application/vnd.kennel+json"] },
    };
    const answer = await fixture.ask(event);
    assert.deepEqual(answer.multiValueHeaders?.["Content-Type"], ["application/vnd.kennel+json"]);
    const refused = await fixture.ask({ ...event, body: "junk" });
    assert.deepEqual(refused.multiValueHeaders?.["Content-Type"], ["application/json"]);
    const plain = await fixture.ask(albEvent(photoParts(JPEG)));
    assert.equal(plain.multiValueHeaders, undefined);
  });
});

describe("the handler, given a service's event", () => {
  const fixture = HandlerFixture.use();

  for (const [service, event] of [
    ["aws:sqs", { Records: [{ eventSource: "aws:sqs", body: JSON.stringify(URL_EVENT) }] }],
    ["aws:s3", { Records: [{ eventSource: "aws:s3", s3: { object: { key: "dog.jpg" } } }] }],
    ["aws:sns", { Records: [{ EventSource: "aws:sns", Sns: { Message: "{}" } }] }],
    ["aws.s3", { source: "aws.s3", "detail-type": "Object Created", detail: {} }],
    ["aws.events", { source: "aws.events", "detail-type": "Scheduled Event", detail: {} }],
  ] as const) {
    it(`fails, so that ${service} keeps it`, async () => {
      await assert.rejects(
        fixture.makeHandler({})(event, CONTEXT),
        new RegExp(`unsupported_event: The event comes from ${service}, which keeps no answer`),
      );
      assert.equal(fixture.runtime.requests.length, 0);
      assert.equal(fixture.lines.at(-1)?.fields["code"], "unsupported_event");
    });
  }

  it("takes a photo's bytes from a caller that invokes it directly", async () => {
    const answer = await fixture.ask({ image: JPEG.toString("base64") });
    assert.equal(answer.body, "[[0.5,1.5986]]");
    assert.deepEqual(fixture.runtime.requests[0]?.body, JPEG);
  });

  it("keeps the bytes of a photo out of its log", async () => {
    const base64 = JPEG.toString("base64");
    const handler = fixture.makeHandler({ fetchPhoto });
    for (const url of [`data:image/jpeg;base64,${base64}`, base64]) {
      assert.equal(errorOf(await handler({ url }, CONTEXT)).statusCode, 400);
    }
    assert.doesNotMatch(JSON.stringify(fixture.lines), /\/9j\//);
  });
});

describe("the handler, given junk", () => {
  const fixture = HandlerFixture.use();

  it("says what to send", async () => {
    for (const [event, message] of [
      [undefined, "The event is empty, not a JSON object. "],
      [null, "The event is null, not a JSON object. "],
      ["https://photos.example/dog.jpg", "The event is a string, not a JSON object. "],
      [[], "The event is a list, not a JSON object. "],
      [{}, 'The event has no "url" and no "image". '],
      [{ URL: "https://photos.example/" }, 'The event has no "url" and no "image". '],
      [{ url: ["https://photos.example/"] }, '"url" is a list, not a text. '],
    ] as const) {
      const error = errorOf(await fixture.ask(event));
      assert.equal(error.statusCode, 400);
      assert.equal(error.code, "invalid_request");
      assert.equal(
        error.message,
        `${message}Send {"url": "https://example.com/dog.jpg"} or {"image": "<base64>"}, or a JPEG, PNG or WebP file as the body of a POST request.`,
      );
    }
  });

  it("answers any event, and never with a success or a failure of its own", async () => {
    const handler = fixture.makeHandler({
      fetchPhoto: (url) => fetchPhoto(url, { timeoutMs: 50 }),
    });
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ url: fc.oneof(fc.string(), fc.jsonValue()) }),
      fc.record({
        requestContext: fc.jsonValue(),
        httpMethod: fc.jsonValue(),
        body: fc.string(),
      }),
      fc.string().map((body) => httpEvent({ body })),
      fc.base64String().map((body) => restEvent({ body, isBase64Encoded: true })),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (event) => {
        const { statusCode } = errorOf(await handler(event, CONTEXT));
        assert.ok(statusCode >= 400 && statusCode < 500, String(statusCode));
      }),
      { numRuns: 500 },
    );
    assert.equal(fixture.runtime.requests.length, 0);
  });
});
