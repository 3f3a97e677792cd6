import assert from "node:assert/strict";

import { fetchPhoto } from "@kennel/fetch-photo";
import { PhotoError } from "@kennel/fetch-photo/photo-error";

import { httpEvent, JPEG } from "./test-support/events";
import {
  CONTEXT,
  errorOf,
  fetchJpeg,
  HandlerFixture,
  URL_EVENT,
  CORS,
} from "./test-support/handler-fixture";
import { LABELLED_ANSWER, modelError, serviceError } from "./test-support/runtime-server";

describe("the handler, given a URL directly", () => {
  const fixture = HandlerFixture.use();

  it("answers in the original shape, with the labels beside it", async () => {
    assert.deepEqual(await fixture.ask(URL_EVENT), {
      statusCode: 200,
      headers: { "Content-Type": "text/plain", ...CORS },
      "type-result": "<class 'str'>",
      body: "[[0.5,1.5986]]",
      predictions: LABELLED_ANSWER.predictions,
    });
  });

  it("sends the photo's bytes to exactly its endpoint", async () => {
    await fixture.ask(URL_EVENT);
    const [request] = fixture.runtime.requests;
    assert.equal(request?.method, "POST");
    assert.equal(request.path, "/endpoints/kennel-test/invocations");
    assert.deepEqual(request.body, JPEG);
    assert.equal(request.headers["content-type"], "image/jpeg");
    assert.equal(request.headers.accept, "application/vnd.kennel+json");
    assert.equal(
      request.headers["x-amzn-sagemaker-custom-attributes"],
      CONTEXT.awsRequestId,
      "the request's id reaches the container's log",
    );
    assert.match(request.headers.authorization ?? "", /^AWS4-HMAC-SHA256 /);
  });

  it("works with the original containers, which know no labels", async () => {
    fixture.runtime.reply({
      headers: { "content-type": "application/json" },
      body: "[[-1.25, 3.5, 0]]",
    });
    assert.deepEqual(await fixture.ask(URL_EVENT), {
      statusCode: 200,
      headers: { "Content-Type": "text/plain", ...CORS },
      "type-result": "<class 'str'>",
      body: "[[-1.25,3.5,0]]",
    });
  });

  it("ignores fields that it does not know", async () => {
    assert.equal((await fixture.ask({ ...URL_EVENT, body: 7, headers: null })).statusCode, 200);
  });

  it("hands the URL on when it is told to, after judging it", async () => {
    const handler = fixture.makeHandler({
      settings: { forwardUrl: true },
      fetchPhoto: () => assert.fail("nothing is fetched"),
    });
    assert.equal((await handler(URL_EVENT, CONTEXT)).statusCode, 200);
    assert.equal(fixture.runtime.requests[0]?.headers["content-type"], "application/json");
    assert.deepEqual(JSON.parse(fixture.runtime.requests[0].body.toString()), URL_EVENT);
    const answer = await handler({ url: "https://169.254.169.254/" }, CONTEXT);
    assert.equal(errorOf(answer).code, "address_not_allowed");
    assert.equal(fixture.runtime.requests.length, 1);
  });

  it("fetches within the limits of the settings and of its own time", async () => {
    const seen: unknown[] = [];
    const handler = fixture.makeHandler({
      settings: { photoTimeoutMs: 3_000, maxPhotoBytes: 77, allowHttp: true },
      fetchPhoto: (url, options) => {
        seen.push(url, options);
        return fetchJpeg(url, options);
      },
    });
    await handler(URL_EVENT, CONTEXT);
    await handler(URL_EVENT, { getRemainingTimeInMillis: () => 1_250 });
    const limits = { allowHttp: true, maxBytes: 77 };
    assert.deepEqual(seen, [
      URL_EVENT.url,
      { ...limits, timeoutMs: 3_000 },
      URL_EVENT.url,
      { ...limits, timeoutMs: 1_000 },
    ]);
  });
});

describe("the handler, when the photo cannot be fetched", () => {
  const fixture = HandlerFixture.use();

  it("answers with the reason", async () => {
    for (const [code, statusCode] of [
      ["invalid_url", 400],
      ["photo_too_large", 413],
      ["unsupported_media_type", 415],
      ["host_not_found", 422],
      ["photo_timeout", 504],
    ] as const) {
      const handler = fixture.makeHandler({
        fetchPhoto: () => Promise.reject(new PhotoError(code, "The reason.")),
      });
      const error = errorOf(await handler(URL_EVENT, CONTEXT));
      assert.deepEqual(error, { statusCode, code, message: "The reason." });
    }
    assert.equal(fixture.runtime.requests.length, 0);
  });

  it("uses the real fetch's judgement", async () => {
    const handler = fixture.makeHandler({ fetchPhoto });
    for (const [url, code] of [
      ["dog.jpg", "invalid_url"],
      ["http://photos.example/dog.jpg", "protocol_not_allowed"],
      ["https://localhost/dog.jpg", "address_not_allowed"],
      ["https://[::ffff:169.254.169.254]/", "address_not_allowed"],
    ] as const) {
      assert.equal(errorOf(await handler({ url }, CONTEXT)).code, code);
    }
  });
});

describe("the handler, when direct calls are to fail", () => {
  const fixture = HandlerFixture.use();
  const settings = { failDirectCalls: true };

  it("fails where the same event may be classified later, so that Lambda tries it again", async () => {
    for (const reply of [
      modelError(500, "broken"),
      modelError(503, "full"),
      serviceError(429, "ThrottlingException", { message: "slow down" }),
    ]) {
      fixture.runtime.reply(reply);
      const handler = fixture.makeHandler({ settings });
      await assert.rejects(handler(URL_EVENT, CONTEXT), (error: Error) => {
        assert.equal(error.name, "FailedCall");
        assert.match(error.message, /^[a-z_]+: [A-Z]/);
        assert.doesNotMatch(error.message, /secret|token/);
        return true;
      });
    }
  });

  it("answers what stays wrong, and whoever comes by HTTP", async () => {
    const handler = fixture.makeHandler({ settings });
    assert.equal((await handler({ url: 7 }, CONTEXT)).statusCode, 400);
    fixture.runtime.reply(modelError(500, "broken"));
    const answer = await handler(httpEvent({ body: JSON.stringify(URL_EVENT) }), CONTEXT);
    assert.equal(answer.statusCode, 502);
  });
});

describe("the handler's log", () => {
  const fixture = HandlerFixture.use();

  it("has one line an event, with what happened and no content", async () => {
    await fixture.ask(URL_EVENT);
    await fixture.ask({ url: 7 });
    assert.deepEqual(
      fixture.lines.map(({ level, message }) => [level, message]),
      [
        ["info", "classified"],
        ["warn", "not classified"],
      ],
    );
    const { fetchMs, endpointMs, ...rest } = fixture.lines[0]?.fields ?? {};
    assert.ok(Number(fetchMs) >= 0 && Number(endpointMs) >= 0);
    assert.deepEqual(rest, {
      event: "direct",
      source: "url",
      bytes: JPEG.length,
      contentType: "image/jpeg",
      model: "sha256:0123456789ab",
      attempts: 1,
    });
    assert.doesNotMatch(JSON.stringify(fixture.lines), /secret|token/);
  });

  it("never holds a query string, even when a container repeats the URL", async () => {
    fixture.runtime.reply(modelError(422, `cannot read ${URL_EVENT.url}`));
    const answer = await fixture.ask(URL_EVENT);
    assert.equal(answer.statusCode, 422);
    assert.equal(fixture.lines[0]?.fields["reason"], "cannot read https://photos.example/dog.jpg");
    assert.doesNotMatch(JSON.stringify(fixture.lines), /secret|token/);
  });
});

describe("the handler's metrics", () => {
  const fixture = HandlerFixture.use();

  it("say how long a photo took, and where", async () => {
    await fixture.ask(URL_EVENT);
    const [measurement, ...others] = fixture.measurements;
    assert.deepEqual(others, []);
    const { totalMs = -1, fetchMs = -1, endpointMs = -1, ...rest } = measurement ?? {};
    assert.ok(fetchMs >= 0 && endpointMs >= 0 && totalMs >= 0);
    assert.deepEqual(rest, {
      outcome: "Classified",
      code: undefined,
      requestId: CONTEXT.awsRequestId,
      photoBytes: JPEG.length,
      attempts: 1,
    });
  });

  it("leave out what did not happen", async () => {
    await fixture.ask({ url: 7 });
    const handler = fixture.makeHandler({ settings: { forwardUrl: true } });
    await handler(URL_EVENT, CONTEXT);
    const [refused, forwarded] = fixture.measurements;
    assert.deepEqual(
      [refused?.fetchMs, refused?.endpointMs, refused?.photoBytes, refused?.attempts],
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual([forwarded?.fetchMs, forwarded?.photoBytes], [undefined, undefined]);
    assert.equal(forwarded?.outcome, "Classified");
  });

  it("tell a caller's mistake, too much at once and a failure apart", async () => {
    for (const [reply, outcome, code] of [
      [modelError(422, "no photo"), "Refused", "photo_refused"],
      [
        modelError(503, '{"error":{"code":"overloaded","message":"Full."}}'),
        "Throttled",
        "overloaded",
      ],
      [modelError(500, "a bug"), "Failed", "model_failed"],
      [serviceError(403, "AccessDeniedException", {}), "Failed", "endpoint_access_denied"],
    ] as const) {
      fixture.measurements = [];
      await fixture.failWith(reply);
      const [measurement] = fixture.measurements;
      assert.deepEqual([measurement?.outcome, measurement?.code], [outcome, code]);
      assert.ok((measurement?.endpointMs ?? -1) >= 0);
    }
  });

  it("count nothing where a browser only asks whether it may", async () => {
    await fixture.ask(httpEvent({ method: "OPTIONS" }));
    assert.deepEqual(fixture.measurements, []);
  });

  it("keep query strings out of what an unexpected error logs", async () => {
    const handler = fixture.makeHandler({
      fetchPhoto: () => Promise.reject(new TypeError(`broken by ${URL_EVENT.url}`)),
    });
    assert.equal((await handler(URL_EVENT, CONTEXT)).statusCode, 500);
    const { error } = fixture.lines[0]?.fields as { error: Error };
    assert.deepEqual(
      [error.name, error.message],
      ["TypeError", "broken by https://photos.example/dog.jpg"],
    );
    assert.match(error.stack ?? "", /handler\.test\.ts/);
    assert.doesNotMatch(error.stack ?? "", /secret/);
    assert.equal(fixture.measurements[0]?.outcome, "Failed");
  });
});
