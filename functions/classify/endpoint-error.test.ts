import assert from "node:assert/strict";

import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";

import { createRuntimeClient } from "./runtime-client";
import { CONTEXT, errorOf, HandlerFixture, URL_EVENT } from "./test-support/handler-fixture";
import { modelError, serviceError, startRuntimeServer } from "./test-support/runtime-server";

describe("the handler, when the endpoint fails", () => {
  const fixture = HandlerFixture.use();

  const DENIED =
    "User: arn:aws:sts::123456789012:assumed-role/kennel-role/kennel-classify is not authorized to perform: " +
    "sagemaker:InvokeEndpoint on resource: arn:aws:sagemaker:eu-west-1:123456789012:endpoint/kennel-test " +
    "because no identity-based policy allows the sagemaker:InvokeEndpoint action";
  const RESOURCE = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/kennel-test";

  it("names the permission that is missing and the resource", async () => {
    const error = await fixture.failWith(
      serviceError(403, "AccessDeniedException", { Message: DENIED }),
    );
    assert.deepEqual(error, {
      statusCode: 502,
      code: "endpoint_access_denied",
      message:
        "The function may not call the endpoint kennel-test: it lacks the permission sagemaker:InvokeEndpoint on " +
        `${RESOURCE}. Allow that action on exactly that resource in the policy of the function's role.`,
      retryAfter: undefined,
    });
    assert.equal(fixture.runtime.requests.length, 1, "not tried again");
    assert.equal(fixture.lines[0]?.level, "error");
  });

  it("names them even where AWS does not, and tells an explicit denial apart", async () => {
    const bare = await fixture.failWith(serviceError(403, "AccessDeniedException", {}));
    assert.ok(bare.message.includes(`sagemaker:InvokeEndpoint on ${RESOURCE}.`), bare.message);
    const denied = await fixture.failWith(
      serviceError(403, "AccessDeniedException", {
        Message: DENIED.replace(/because.*/, "with an explicit deny in an identity-based policy"),
      }),
    );
    assert.match(denied.message, /denies it explicitly: remove that denial/);
    const handler = fixture.makeHandler();
    fixture.runtime.reply(serviceError(403, "AccessDeniedException", {}));
    const local = errorOf(await handler(URL_EVENT, {}));
    assert.match(local.message, /sagemaker:InvokeEndpoint on the endpoint kennel-test\./);
  });

  it("passes on what the container says about the photo", async () => {
    const said = JSON.stringify({ error: { code: "undecodable", message: "The JPEG is cut." } });
    assert.deepEqual(await fixture.failWith(modelError(422, said)), {
      statusCode: 422,
      code: "undecodable",
      message: "The JPEG is cut.",
      retryAfter: undefined,
    });
    for (const text of ["No photo.", '"No photo."', '{"error": "x"}', "{"]) {
      const error = await fixture.failWith(modelError(415, text));
      assert.deepEqual([error.statusCode, error.code], [415, "photo_refused"]);
      assert.equal(error.message, text);
    }
    assert.equal(fixture.lines.at(-1)?.level, "warn");
  });

  it("says where to look when the model fails, and not what it said", async () => {
    const error = await fixture.failWith(
      modelError(500, "Traceback (most recent call last): secret"),
    );
    assert.equal(error.statusCode, 502);
    assert.equal(error.code, "model_failed");
    assert.match(error.message, /status 500\. .*\/aws\/sagemaker\/Endpoints\/kennel-test/);
    assert.match(String(fixture.lines[0]?.fields["logStreamArn"]), /^arn:aws:logs:/);
    assert.equal(fixture.runtime.requests.length, 1, "not tried again");
  });

  it("passes on that the container is busy", async () => {
    const said = JSON.stringify({ error: { code: "queue_full", message: "Too many photos." } });
    const error = await fixture.failWith(modelError(503, said));
    assert.deepEqual(error, {
      statusCode: 503,
      code: "queue_full",
      message: "The endpoint kennel-test is busy: Too many photos.",
      retryAfter: "1",
    });
    assert.equal((await fixture.failWith(modelError(429, "slow down"))).statusCode, 429);
  });

  it("takes SageMaker's own time-out for what it is", async () => {
    const reply = serviceError(424, "ModelError", {
      Message:
        'Received server error (0) from primary with message "Your invocation timed out while waiting for a response from container primary"',
      OriginalMessage: "Your invocation timed out",
      OriginalStatusCode: 0,
    });
    assert.equal((await fixture.failWith(reply)).statusCode, 504);
  });

  it("tries again after throttling and 503, three times in all", async () => {
    const throttling = serviceError(400, "ThrottlingException", { message: "Rate exceeded" });
    const unavailable = serviceError(503, "ServiceUnavailable", { Message: "later" });
    fixture.runtime.reply(throttling, unavailable, { body: "[[1]]" });
    assert.equal((await fixture.ask(URL_EVENT)).body, "[[1]]");
    assert.equal(fixture.runtime.requests.length, 3);
    assert.equal(fixture.lines[0]?.fields["attempts"], 3);
  });

  it("says when to come back after the last attempt", async () => {
    const unavailable = serviceError(503, "ServiceUnavailable", { Message: "later" });
    const error = await fixture.failWith(unavailable);
    assert.equal(fixture.runtime.requests.length, 3);
    assert.deepEqual([error.statusCode, error.retryAfter], [503, "2"]);
    assert.equal(error.code, "endpoint_unavailable");
  });

  it("maps throttling to 429 and a loading model to 503", async function () {
    this.timeout(15_000);
    const throttling = serviceError(400, "ThrottlingException", { message: "Rate exceeded" });
    const throttled = await fixture.failWith(throttling);
    assert.deepEqual([throttled.statusCode, throttled.retryAfter], [429, "1"]);
    const loading = await fixture.failWith(
      serviceError(429, "ModelNotReadyException", { Message: "" }),
    );
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
      fixture.runtime.requests.length = 0;
      const error = await fixture.failWith(reply);
      assert.deepEqual([error.statusCode, error.code], [statusCode, code], error.message);
      assert.equal(fixture.runtime.requests.length, 1, code);
    }
  });

  it("tries again after a lost connection", async () => {
    fixture.runtime.reply({ behaviour: "reset" }, { body: "[[1]]" });
    assert.equal((await fixture.ask(URL_EVENT)).body, "[[1]]");
    const error = await fixture.failWith({ behaviour: "reset" });
    assert.deepEqual([error.statusCode, error.code], [503, "endpoint_unreachable"]);
    assert.equal(error.retryAfter, "5");
  });

  it("gives up in time when the endpoint hangs, with or without a header, and does not try again", async () => {
    for (const behaviour of ["hang", "stall"] as const) {
      fixture.runtime.requests.length = 0;
      fixture.runtime.reply({ behaviour });
      const started = performance.now();
      const answer = await fixture.ask(URL_EVENT, {
        ...CONTEXT,
        getRemainingTimeInMillis: () => 650,
      });
      const tookMs = performance.now() - started;
      assert.ok(tookMs >= 390 && tookMs < 1_500, `${tookMs} ms`);
      const error = errorOf(answer);
      assert.equal(error.statusCode, 504);
      assert.match(error.message, /kennel-test did not answer within 400 ms/);
      assert.equal(fixture.runtime.requests.length, 1);
    }
  });

  it("gives up in time between attempts, too", async () => {
    fixture.runtime.reply(serviceError(503, "ServiceUnavailable", { Message: "" }), {
      behaviour: "hang",
    });
    const answer = await fixture.ask(URL_EVENT, {
      ...CONTEXT,
      getRemainingTimeInMillis: () => 550,
    });
    assert.equal(errorOf(answer).statusCode, 504);
  });

  it("has the client's limit for each attempt, which fires", async () => {
    const impatient = createRuntimeClient(100);
    try {
      fixture.runtime.reply({ behaviour: "hang" });
      const started = performance.now();
      const answer = await fixture.makeHandler({ runtimeClient: impatient })(URL_EVENT, CONTEXT);
      assert.equal(errorOf(answer).code, "endpoint_timeout");
      assert.ok(performance.now() - started < 1_000);
      assert.equal(fixture.runtime.requests.length, 1);
    } finally {
      impatient.destroy();
    }
  });

  it("says that the function's time is used up", async () => {
    const answer = await fixture.ask(URL_EVENT, {
      ...CONTEXT,
      getRemainingTimeInMillis: () => 100,
    });
    assert.equal(errorOf(answer).code, "function_timeout");
    assert.equal(fixture.runtime.requests.length, 0);
  });

  it("says that nothing listens at the endpoint's address", async () => {
    const closed = await startRuntimeServer();
    await closed.close();
    const lost = new SageMakerRuntimeClient({ endpoint: closed.url, maxAttempts: 1 });
    try {
      const error = errorOf(await fixture.makeHandler({ runtimeClient: lost })(URL_EVENT, CONTEXT));
      assert.equal(error.statusCode, 503);
      assert.match(error.message, /could not be reached \(ECONNREFUSED\)/);
    } finally {
      lost.destroy();
    }
  });

  it("answers 500 to its own mistakes and logs them", async () => {
    const mistake = new TypeError("x is not a function");
    const handler = fixture.makeHandler({ fetchPhoto: () => Promise.reject(mistake) });
    const error = errorOf(await handler(URL_EVENT, CONTEXT));
    assert.equal(error.statusCode, 500);
    assert.doesNotMatch(error.message, /x is not/);
    const { name, message, stack } = fixture.lines[0]?.fields["error"] as Error;
    assert.deepEqual([name, message, stack], [mistake.name, mistake.message, mistake.stack]);
  });
});
