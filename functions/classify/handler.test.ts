import assert from "node:assert/strict";

import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { fetchPhoto } from "@kennel/fetch-photo";
import { PhotoError } from "@kennel/fetch-photo/photo-error";
import fc from "fast-check";

import type { Answer } from "./answer";
import {
  createHandler,
  type Dependencies,
  type FetchPhoto,
  type Handler,
  type InvocationContext,
} from "./handler";
import { createRuntimeClient } from "./runtime-client";
import { readSettings, type Settings } from "./settings";
import { httpEvent, JPEG, photoParts, restEvent } from "./test-support/events";
import {
  LABELLED_ANSWER,
  modelError,
  serviceError,
  startRuntimeServer,
  type RuntimeReply,
  type RuntimeServer,
} from "./test-support/runtime-server";

const URL_EVENT = { url: "https://photos.example/dog.jpg?token=secret" };
const CORS = { "Access-Control-Allow-Origin": "*" };
const CONTEXT: InvocationContext = {
  awsRequestId: "c0ffee00-0000-4000-8000-000000000000",
  invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:kennel-classify",
  getRemainingTimeInMillis: () => 10_000,
};

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

describe("the handler", () => {
  let runtime: RuntimeServer;
  let client: SageMakerRuntimeClient;
  let lines: Line[];
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    environment = { ...process.env };
    runtime = await startRuntimeServer();
    // The SDK's own settings, as Lambda and the local run give them.
    process.env["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = runtime.url;
    process.env["AWS_REGION"] = "eu-west-1";
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test";
    client = createRuntimeClient(5_000);
  });

  after(async () => {
    process.env = environment;
    client.destroy();
    await runtime.close();
  });

  beforeEach(() => {
    runtime.requests.length = 0;
    runtime.reply({
      headers: { "content-type": "application/vnd.kennel+json" },
      body: JSON.stringify(LABELLED_ANSWER),
    });
    lines = [];
  });

  const record =
    (level: string) =>
    (message: string, fields: Record<string, unknown>): void => {
      lines.push({ level, message, fields });
    };

  const fetchJpeg: FetchPhoto = () => Promise.resolve({ bytes: JPEG, contentType: "image/jpeg" });

  function makeHandler(
    changes: Partial<Omit<Dependencies, "settings">> & { settings?: Partial<Settings> } = {},
  ): Handler {
    return createHandler({
      runtimeClient: client,
      fetchPhoto: fetchJpeg,
      log: {
        addContext: () => undefined,
        info: record("info"),
        warn: record("warn"),
        error: record("error"),
      },
      ...changes,
      settings: { ...readSettings({ ENDPOINT_NAME: "kennel-test" }), ...changes.settings },
    });
  }

  const ask = (event: unknown, context: InvocationContext = CONTEXT): Promise<Answer> =>
    makeHandler()(event, context);

  /** Status and code of an error answer, after checking the one shape that all have. */
  function errorOf(answer: Answer): { statusCode: number; code: string; message: string } {
    assert.equal(answer.headers["Content-Type"], "application/json");
    assert.equal(answer.headers["Access-Control-Allow-Origin"], "*");
    assert.deepEqual(Object.keys(answer), ["statusCode", "headers", "body"]);
    const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
    assert.deepEqual(Object.keys(error), ["code", "message"]);
    assert.doesNotMatch(error.message, /\n|undefined|\[object/);
    return { statusCode: answer.statusCode, ...error };
  }

  describe("given a URL directly", () => {
    it("answers in the original shape, with the labels beside it", async () => {
      assert.deepEqual(await ask(URL_EVENT), {
        statusCode: 200,
        headers: { "Content-Type": "text/plain", ...CORS },
        "type-result": "<class 'str'>",
        body: "[[0.5,1.5986]]",
        predictions: LABELLED_ANSWER.predictions,
      });
    });

    it("sends the photo's bytes to exactly its endpoint", async () => {
      await ask(URL_EVENT);
      const [request] = runtime.requests;
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
      runtime.reply({
        headers: { "content-type": "application/json" },
        body: "[[-1.25, 3.5, 0]]",
      });
      assert.deepEqual(await ask(URL_EVENT), {
        statusCode: 200,
        headers: { "Content-Type": "text/plain", ...CORS },
        "type-result": "<class 'str'>",
        body: "[[-1.25,3.5,0]]",
      });
    });

    it("ignores fields that it does not know", async () => {
      assert.equal((await ask({ ...URL_EVENT, body: 7, headers: null })).statusCode, 200);
    });

    it("hands the URL on when it is told to, after judging it", async () => {
      const handler = makeHandler({
        settings: { forwardUrl: true },
        fetchPhoto: () => assert.fail("nothing is fetched"),
      });
      assert.equal((await handler(URL_EVENT, CONTEXT)).statusCode, 200);
      assert.equal(runtime.requests[0]?.headers["content-type"], "application/json");
      assert.deepEqual(JSON.parse(runtime.requests[0].body.toString()), URL_EVENT);
      const answer = await handler({ url: "https://169.254.169.254/" }, CONTEXT);
      assert.equal(errorOf(answer).code, "address_not_allowed");
      assert.equal(runtime.requests.length, 1);
    });

    it("fetches within the limits of the settings and of its own time", async () => {
      const seen: unknown[] = [];
      const handler = makeHandler({
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

  describe("given an HTTP event", () => {
    const forms = [
      ["REST API", restEvent],
      ["HTTP API and function URL", httpEvent],
    ] as const;

    for (const [name, makeEvent] of forms) {
      it(`classifies a photo in the body (${name})`, async () => {
        const answer = await ask(makeEvent(photoParts(JPEG)));
        assert.equal(answer.statusCode, 200);
        assert.equal(answer.body, "[[0.5,1.5986]]");
        assert.deepEqual(answer.headers, { "Content-Type": "text/plain", ...CORS });
        assert.deepEqual(runtime.requests[0]?.body, JPEG);
      });

      it(`classifies a URL in a JSON body, base64 or not (${name})`, async () => {
        const body = JSON.stringify({ ...URL_EVENT, other: [1] });
        const encoded = Buffer.from(body).toString("base64");
        for (const parts of [{ body }, { body: encoded, isBase64Encoded: true }]) {
          const answer = await ask(makeEvent(parts));
          assert.equal(answer.body, "[[0.5,1.5986]]");
        }
      });

      it(`knows a photo by its bytes, whatever its Content-Type (${name})`, async () => {
        const headers = { "Content-Type": "application/x-www-form-urlencoded" };
        assert.equal((await ask(makeEvent(photoParts(JPEG, headers)))).statusCode, 200);
        assert.equal(runtime.requests[0]?.headers["content-type"], "image/jpeg");
      });

      it(`answers with labels who accepts exactly that (${name})`, async () => {
        const { predictions, scores, model } = LABELLED_ANSWER;
        for (const accept of [
          "application/vnd.kennel+json",
          "text/html;q=0.5, Application/Vnd.Kennel+JSON; q=0.9",
        ]) {
          const answer = await ask(makeEvent(photoParts(JPEG, { ACCEPT: accept })));
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
          const answer = await ask(makeEvent(photoParts(JPEG, { Accept: accept })));
          assert.equal(answer.body, "[[0.5,1.5986]]", accept);
        }
      });

      it(`refuses what is no photo and no URL (${name})`, async () => {
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
          [{ body: "{}" }, 400, /body has no "url"/],
          [{ body: '{"url": 7}' }, 400, /"url" is a number, not a text/],
          [{ body: '{"url": null}' }, 400, /"url" is null/],
          [{ body: "!!!", isBase64Encoded: true }, 400, /neither JSON/],
          [{ body: jpegAsText, headers: image }, 415, /arrived as text: add image\/\*/],
          [photoParts(Buffer.from("GIF89a"), image), 415, /Allowed: JPEG, PNG and WebP, known by/],
          [
            { body: "--x", headers: { "content-type": "multipart/form-data; boundary=x" } },
            415,
            /Forms \(multipart\/form-data\) are not read/,
          ],
          [{ method: "GET" }, 405, /GET is not allowed; allowed: POST/],
        ];
        for (const [parts, statusCode, message] of cases) {
          const error = errorOf(await ask(makeEvent(parts)));
          assert.equal(error.statusCode, statusCode, error.message);
          assert.match(error.message, message);
        }
        assert.equal(runtime.requests.length, 0, "junk never reaches the endpoint");
      });

      it(`refuses a photo over the limit (${name})`, async () => {
        const handler = makeHandler({ settings: { maxPhotoBytes: JPEG.length - 1 } });
        const error = errorOf(await handler(makeEvent(photoParts(JPEG)), CONTEXT));
        assert.equal(error.statusCode, 413);
        assert.equal(
          error.message,
          "The photo has 2004 bytes; allowed: 2003. Send a smaller version of it.",
        );
      });

      it(`answers a browser that asks first (${name})`, async () => {
        const answer = await ask(makeEvent({ method: "OPTIONS" }));
        assert.equal(answer.statusCode, 204);
        assert.equal(answer.headers["Access-Control-Allow-Methods"], "POST, OPTIONS");
      });
    }

    it("keeps the original extra keys where they do no harm, and only there", async () => {
      const http = await ask(httpEvent(photoParts(JPEG)));
      assert.equal(http["type-result"], "<class 'str'>");
      assert.deepEqual(http.predictions, LABELLED_ANSWER.predictions);
      // A REST API answers 502 when a proxy answer has a key that it does not know.
      const rest = await ask(restEvent(photoParts(JPEG)));
      assert.deepEqual(Object.keys(rest), ["statusCode", "headers", "body"]);
    });

    it("says which methods are allowed", async () => {
      assert.equal((await ask(httpEvent({ method: "DELETE" }))).headers["Allow"], "POST, OPTIONS");
    });
  });

  describe("given junk", () => {
    it("says what to send", async () => {
      for (const [event, message] of [
        [undefined, "The event is empty, not a JSON object. "],
        [null, "The event is null, not a JSON object. "],
        ["https://photos.example/dog.jpg", "The event is a string, not a JSON object. "],
        [[], "The event is a list, not a JSON object. "],
        [{}, 'The event has no "url". '],
        [{ URL: "https://photos.example/" }, 'The event has no "url". '],
        [{ url: ["https://photos.example/"] }, '"url" is a list, not a text. '],
      ] as const) {
        const error = errorOf(await ask(event));
        assert.equal(error.statusCode, 400);
        assert.equal(error.code, "invalid_request");
        assert.equal(
          error.message,
          `${message}Send {"url": "https://example.com/dog.jpg"}, or a JPEG, PNG or WebP file as the body of a POST request.`,
        );
      }
    });

    it("answers any event, and never with a success or a failure of its own", async () => {
      const handler = makeHandler({ fetchPhoto: (url) => fetchPhoto(url, { timeoutMs: 50 }) });
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
      assert.equal(runtime.requests.length, 0);
    });
  });

  describe("when the photo cannot be fetched", () => {
    it("answers with the reason", async () => {
      for (const [code, statusCode] of [
        ["invalid_url", 400],
        ["photo_too_large", 413],
        ["unsupported_media_type", 415],
        ["host_not_found", 422],
        ["photo_timeout", 504],
      ] as const) {
        const handler = makeHandler({
          fetchPhoto: () => Promise.reject(new PhotoError(code, "The reason.")),
        });
        const error = errorOf(await handler(URL_EVENT, CONTEXT));
        assert.deepEqual(error, { statusCode, code, message: "The reason." });
      }
      assert.equal(runtime.requests.length, 0);
    });

    it("uses the real fetch's judgement", async () => {
      const handler = makeHandler({ fetchPhoto });
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

  describe("when the endpoint fails", () => {
    const DENIED =
      "User: arn:aws:sts::123456789012:assumed-role/kennel-role/kennel-classify is not authorized to perform: " +
      "sagemaker:InvokeEndpoint on resource: arn:aws:sagemaker:eu-west-1:123456789012:endpoint/kennel-test " +
      "because no identity-based policy allows the sagemaker:InvokeEndpoint action";
    const RESOURCE = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/kennel-test";

    async function failWith(...replies: RuntimeReply[]): ReturnType<typeof failure> {
      runtime.reply(...replies);
      return failure();
    }
    async function failure() {
      const answer = await ask(URL_EVENT);
      return { ...errorOf(answer), retryAfter: answer.headers["Retry-After"] };
    }

    it("names the permission that is missing and the resource", async () => {
      const error = await failWith(serviceError(403, "AccessDeniedException", { Message: DENIED }));
      assert.deepEqual(error, {
        statusCode: 502,
        code: "endpoint_access_denied",
        message:
          "The function may not call the endpoint kennel-test: it lacks the permission sagemaker:InvokeEndpoint on " +
          `${RESOURCE}. Allow that action on exactly that resource in the policy of the function's role.`,
        retryAfter: undefined,
      });
      assert.equal(runtime.requests.length, 1, "not tried again");
      assert.equal(lines[0]?.level, "error");
    });

    it("names them even where AWS does not, and tells an explicit denial apart", async () => {
      const bare = await failWith(serviceError(403, "AccessDeniedException", {}));
      assert.ok(bare.message.includes(`sagemaker:InvokeEndpoint on ${RESOURCE}.`), bare.message);
      const denied = await failWith(
        serviceError(403, "AccessDeniedException", {
          Message: DENIED.replace(/because.*/, "with an explicit deny in an identity-based policy"),
        }),
      );
      assert.match(denied.message, /denies it explicitly: remove that denial/);
      const handler = makeHandler();
      runtime.reply(serviceError(403, "AccessDeniedException", {}));
      const local = errorOf(await handler(URL_EVENT, {}));
      assert.match(local.message, /sagemaker:InvokeEndpoint on the endpoint kennel-test\./);
    });

    it("passes on what the container says about the photo", async () => {
      const said = JSON.stringify({ error: { code: "undecodable", message: "The JPEG is cut." } });
      assert.deepEqual(await failWith(modelError(422, said)), {
        statusCode: 422,
        code: "undecodable",
        message: "The JPEG is cut.",
        retryAfter: undefined,
      });
      for (const text of ["No photo.", '"No photo."', '{"error": "x"}', "{"]) {
        const error = await failWith(modelError(415, text));
        assert.deepEqual([error.statusCode, error.code], [415, "photo_refused"]);
        assert.equal(error.message, text);
      }
      assert.equal(lines.at(-1)?.level, "warn");
    });

    it("says where to look when the model fails, and not what it said", async () => {
      const error = await failWith(modelError(500, "Traceback (most recent call last): secret"));
      assert.equal(error.statusCode, 502);
      assert.equal(error.code, "model_failed");
      assert.match(error.message, /status 500\. .*\/aws\/sagemaker\/Endpoints\/kennel-test/);
      assert.match(String(lines[0]?.fields["logStreamArn"]), /^arn:aws:logs:/);
      assert.equal(runtime.requests.length, 1, "not tried again");
    });

    it("passes on that the container is busy", async () => {
      const said = JSON.stringify({ error: { code: "queue_full", message: "Too many photos." } });
      const error = await failWith(modelError(503, said));
      assert.deepEqual(error, {
        statusCode: 503,
        code: "queue_full",
        message: "The endpoint kennel-test is busy: Too many photos.",
        retryAfter: "1",
      });
      assert.equal((await failWith(modelError(429, "slow down"))).statusCode, 429);
    });

    it("takes SageMaker's own time-out for what it is", async () => {
      const reply = serviceError(424, "ModelError", {
        Message:
          'Received server error (0) from primary with message "Your invocation timed out while waiting for a response from container primary"',
        OriginalMessage: "Your invocation timed out",
        OriginalStatusCode: 0,
      });
      assert.equal((await failWith(reply)).statusCode, 504);
    });

    it("tries again after throttling and 503, three times in all", async () => {
      const throttling = serviceError(400, "ThrottlingException", { message: "Rate exceeded" });
      const unavailable = serviceError(503, "ServiceUnavailable", { Message: "later" });
      runtime.reply(throttling, unavailable, { body: "[[1]]" });
      assert.equal((await ask(URL_EVENT)).body, "[[1]]");
      assert.equal(runtime.requests.length, 3);
      assert.equal(lines[0]?.fields["attempts"], 3);
    });

    it("says when to come back after the last attempt", async () => {
      const unavailable = serviceError(503, "ServiceUnavailable", { Message: "later" });
      const error = await failWith(unavailable);
      assert.equal(runtime.requests.length, 3);
      assert.deepEqual([error.statusCode, error.retryAfter], [503, "2"]);
      assert.equal(error.code, "endpoint_unavailable");
    });

    it("maps throttling to 429 and a loading model to 503", async function () {
      this.timeout(15_000);
      const throttling = serviceError(400, "ThrottlingException", { message: "Rate exceeded" });
      const throttled = await failWith(throttling);
      assert.deepEqual([throttled.statusCode, throttled.retryAfter], [429, "1"]);
      const loading = await failWith(serviceError(429, "ModelNotReadyException", { Message: "" }));
      assert.deepEqual([loading.statusCode, loading.retryAfter], [503, "5"]);
    });

    it("does not repeat what would fail again", async () => {
      for (const [reply, statusCode, code] of [
        [
          serviceError(400, "ValidationError", { Message: "Endpoint kennel-test not found." }),
          502,
          "endpoint_refused",
        ],
        [serviceError(403, "ExpiredTokenException", { message: "" }), 502, "endpoint_credentials"],
        [serviceError(500, "InternalFailure", { Message: "" }), 503, "endpoint_unavailable"],
        [serviceError(530, "InternalDependencyException", {}), 503, "endpoint_unavailable"],
        [serviceError(413, "PayloadTooLarge", { message: "" }), 502, "endpoint_unavailable"],
        [{ body: "<html>" }, 502, "invalid_endpoint_answer"],
        [{ body: "" }, 502, "invalid_endpoint_answer"],
        [{ body: "{}" }, 502, "invalid_endpoint_answer"],
        [{ body: "[[]]" }, 502, "invalid_endpoint_answer"],
        [{ body: "[[1],[2]]" }, 502, "invalid_endpoint_answer"],
        [{ body: '[["1"]]' }, 502, "invalid_endpoint_answer"],
        [{ body: "[[NaN]]" }, 502, "invalid_endpoint_answer"],
        [{ body: '{"scores":[1],"predictions":[{"label":1}]}' }, 502, "invalid_endpoint_answer"],
      ] as const) {
        runtime.requests.length = 0;
        const error = await failWith(reply);
        assert.deepEqual([error.statusCode, error.code], [statusCode, code], error.message);
        assert.equal(runtime.requests.length, 1, code);
      }
    });

    it("tries again after a lost connection", async () => {
      runtime.reply({ behaviour: "reset" }, { body: "[[1]]" });
      assert.equal((await ask(URL_EVENT)).body, "[[1]]");
      const error = await failWith({ behaviour: "reset" });
      assert.deepEqual([error.statusCode, error.code], [503, "endpoint_unreachable"]);
      assert.equal(error.retryAfter, "5");
    });

    it("gives up in time when the endpoint hangs, with or without a header, and does not try again", async () => {
      for (const behaviour of ["hang", "stall"] as const) {
        runtime.requests.length = 0;
        runtime.reply({ behaviour });
        const started = performance.now();
        const answer = await ask(URL_EVENT, { ...CONTEXT, getRemainingTimeInMillis: () => 650 });
        const tookMs = performance.now() - started;
        assert.ok(tookMs >= 390 && tookMs < 640, `${tookMs} ms`);
        const error = errorOf(answer);
        assert.equal(error.statusCode, 504);
        assert.match(error.message, /kennel-test did not answer within 400 ms/);
        assert.equal(runtime.requests.length, 1);
      }
    });

    it("gives up in time between attempts, too", async () => {
      runtime.reply(serviceError(503, "ServiceUnavailable", { Message: "" }), {
        behaviour: "hang",
      });
      const answer = await ask(URL_EVENT, { ...CONTEXT, getRemainingTimeInMillis: () => 550 });
      assert.equal(errorOf(answer).statusCode, 504);
    });

    it("has the client's limit for each attempt, which fires", async () => {
      const impatient = createRuntimeClient(100);
      try {
        runtime.reply({ behaviour: "hang" });
        const started = performance.now();
        const answer = await makeHandler({ runtimeClient: impatient })(URL_EVENT, CONTEXT);
        assert.equal(errorOf(answer).code, "endpoint_timeout");
        assert.ok(performance.now() - started < 1_000);
        assert.equal(runtime.requests.length, 1);
      } finally {
        impatient.destroy();
      }
    });

    it("says that the function's time is used up", async () => {
      const answer = await ask(URL_EVENT, { ...CONTEXT, getRemainingTimeInMillis: () => 100 });
      assert.equal(errorOf(answer).code, "function_timeout");
      assert.equal(runtime.requests.length, 0);
    });

    it("says that nothing listens at the endpoint's address", async () => {
      const closed = await startRuntimeServer();
      await closed.close();
      const lost = new SageMakerRuntimeClient({ endpoint: closed.url, maxAttempts: 1 });
      try {
        const error = errorOf(await makeHandler({ runtimeClient: lost })(URL_EVENT, CONTEXT));
        assert.equal(error.statusCode, 503);
        assert.match(error.message, /could not be reached \(ECONNREFUSED\)/);
      } finally {
        lost.destroy();
      }
    });

    it("answers 500 to its own mistakes and logs them", async () => {
      const mistake = new TypeError("x is not a function");
      const handler = makeHandler({ fetchPhoto: () => Promise.reject(mistake) });
      const error = errorOf(await handler(URL_EVENT, CONTEXT));
      assert.equal(error.statusCode, 500);
      assert.doesNotMatch(error.message, /x is not/);
      assert.equal(lines[0]?.fields["error"], mistake);
    });
  });

  describe("its log", () => {
    it("has one line an event, with what happened and no content", async () => {
      await ask(URL_EVENT);
      await ask({ url: 7 });
      assert.deepEqual(
        lines.map(({ level, message }) => [level, message]),
        [
          ["info", "classified"],
          ["warn", "not classified"],
        ],
      );
      const { fetchMs, endpointMs, ...rest } = lines[0]?.fields ?? {};
      assert.ok(Number(fetchMs) >= 0 && Number(endpointMs) >= 0);
      assert.deepEqual(rest, {
        event: "direct",
        source: "url",
        bytes: JPEG.length,
        contentType: "image/jpeg",
        model: "sha256:0123456789ab",
        attempts: 1,
      });
      assert.doesNotMatch(JSON.stringify(lines), /secret|token/);
    });

    it("never holds a query string, even when a container repeats the URL", async () => {
      runtime.reply(modelError(422, `cannot read ${URL_EVENT.url}`));
      const answer = await ask(URL_EVENT);
      assert.equal(answer.statusCode, 422);
      assert.equal(lines[0]?.fields["reason"], "cannot read https://photos.example/dog.jpg");
      assert.doesNotMatch(JSON.stringify(lines), /secret|token/);
    });
  });
});
