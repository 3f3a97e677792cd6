import assert from "node:assert/strict";

import { readSettings, SettingsError } from "./settings";

function problemsWith(environment: Record<string, string>): string {
  try {
    readSettings({ ENDPOINT_NAME: "kennel-dev", ...environment });
  } catch (error) {
    assert.ok(error instanceof SettingsError);
    return error.message;
  }
  return assert.fail("the environment was accepted");
}

describe("readSettings", () => {
  it("needs nothing but the endpoint's name", () => {
    assert.deepEqual(readSettings({ ENDPOINT_NAME: "kennel-dev" }), {
      endpointName: "kennel-dev",
      forwardUrl: false,
      allowHttp: false,
      failDirectCalls: false,
      maxPhotoBytes: 10_485_760,
      photoTimeoutMs: 10_000,
      endpointTimeoutMs: 60_000,
    });
  });

  it("reads every variable", () => {
    const settings = readSettings({
      ENDPOINT_NAME: "a".repeat(63),
      FORWARD_URL: "true",
      ALLOW_HTTP: "true",
      FAIL_DIRECT_CALLS: "true",
      MAX_PHOTO_BYTES: "25000000",
      PHOTO_TIMEOUT_MS: "1",
      ENDPOINT_TIMEOUT_MS: "900000",
    });
    assert.deepEqual(settings, {
      endpointName: "a".repeat(63),
      forwardUrl: true,
      allowHttp: true,
      failDirectCalls: true,
      maxPhotoBytes: 25_000_000,
      photoTimeoutMs: 1,
      endpointTimeoutMs: 900_000,
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const settings = readSettings({ ENDPOINT_NAME: "x", FORWARD_URL: "", PHOTO_TIMEOUT_MS: "" });
    assert.equal(settings.forwardUrl, false);
    assert.equal(settings.photoTimeoutMs, 10_000);
  });

  it("says what to do when the endpoint's name is missing", () => {
    const expected =
      "ENDPOINT_NAME is not set: give the function's environment the name of its SageMaker endpoint, such as ENDPOINT_NAME=kennel-dev.";
    assert.throws(() => readSettings({}), { name: "SettingsError", message: expected });
    assert.equal(problemsWith({ ENDPOINT_NAME: "" }), expected);
  });

  it("names the variable, what is allowed and an example", () => {
    for (const name of ["-x", "x-", "a_b", "a/b", "*", "a".repeat(64), "a b", "ä"]) {
      assert.match(
        problemsWith({ ENDPOINT_NAME: name }),
        /^ENDPOINT_NAME: ".*letters, digits.*kennel-dev/,
      );
    }
    for (const value of ["1", "yes", "TRUE", "True"]) {
      assert.match(problemsWith({ FORWARD_URL: value }), /^FORWARD_URL: ".*true, false/);
    }
    for (const value of ["0", "-1", "1.5", "1e3", "ten", " 5", "25000001", "Infinity"]) {
      assert.match(
        problemsWith({ MAX_PHOTO_BYTES: value }),
        /from 1 to 25000000, such as 10485760/,
      );
    }
  });

  it("says everything at once", () => {
    const message = problemsWith({
      ENDPOINT_NAME: "*",
      ALLOW_HTTP: "no",
      PHOTO_TIMEOUT_MS: "soon",
    });
    for (const name of ["ENDPOINT_NAME", "ALLOW_HTTP", "PHOTO_TIMEOUT_MS"]) {
      assert.ok(message.includes(`${name}: `), message);
    }
  });

  it("does not take long over a hostile name", () => {
    const started = performance.now();
    problemsWith({ ENDPOINT_NAME: `a${"-".repeat(100_000)}` });
    problemsWith({ ENDPOINT_NAME: `${"a-".repeat(31)}!` });
    assert.ok(performance.now() - started < 500);
  });
});
