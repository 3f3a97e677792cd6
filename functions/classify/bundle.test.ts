import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

import type { Answer } from "./answer";
import { buildFunction } from "./build";
import { JPEG, photoParts, restEvent } from "./test-support/events";
import {
  LABELLED_ANSWER,
  LABELLED_REPLY,
  serviceError,
  startRuntimeServer,
  type RuntimeServer,
} from "./test-support/runtime-server";

const run = promisify(execFile);

/** The largest bundle; every kilobyte is paid at each cold start. */
const MAX_BUNDLE_BYTES = 340_000;

interface Outcome {
  readonly answers: Answer[];
}

describe("the bundle", () => {
  let runtime: RuntimeServer;
  let directory: string;
  let file: string;

  before(async () => {
    runtime = await startRuntimeServer();
    // Away from the repository's node_modules, as on Lambda.
    directory = mkdtempSync(join(tmpdir(), "kennel-bundle-"));
    file = join(directory, "index.mjs");
    copyFileSync(join(buildFunction(), "index.mjs"), file);
  });

  after(async () => {
    rmSync(directory, { recursive: true });
    await runtime.close();
  });

  beforeEach(() => {
    runtime.requests.length = 0;
    runtime.reply(LABELLED_REPLY);
  });

  /** Imports the bundle in a fresh process with only this environment and hands it the events. */
  async function invoke(
    events: readonly unknown[],
    environment: Record<string, string> = {},
  ): Promise<{ outcome: Outcome; log: Record<string, unknown>[] }> {
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
      const context = {
        awsRequestId: "request-1",
        functionName: "kennel-classify",
        invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:kennel-classify:live",
        getRemainingTimeInMillis: () => 5000,
      };
      const answers = [];
      for (const event of ${JSON.stringify(events)}) answers.push(await handler(event, context));
      process.stdout.write(JSON.stringify({ answers }));
    `;
    const { stdout, stderr } = await run(
      process.execPath,
      ["--no-warnings", "--input-type=module", "--eval", script],
      {
        cwd: directory,
        env: {
          ENDPOINT_NAME: "kennel-test",
          AWS_REGION: "eu-west-1",
          AWS_ACCESS_KEY_ID: "test",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME: runtime.url,
          ...environment,
        },
      },
    );
    const lines = stdout.split("\n");
    const outcome = JSON.parse(lines.pop() ?? "") as Outcome;
    const log = [...lines, ...stderr.split("\n")]
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return { outcome, log };
  }

  it("classifies through the real endpoint protocol and logs JSON", async () => {
    const { outcome, log } = await invoke([restEvent(photoParts(JPEG))]);
    assert.equal(outcome.answers[0]?.statusCode, 200);
    assert.equal(outcome.answers[0].body, JSON.stringify([LABELLED_ANSWER.scores]));
    assert.equal(runtime.requests[0]?.path, "/endpoints/kennel-test/invocations");
    assert.deepEqual(runtime.requests[0].body, JPEG);
    assert.equal(log.length, 1);
    assert.equal(log[0]?.["message"], "classified");
    assert.equal(log[0]["function_request_id"], "request-1");
    assert.equal(log[0]["service"], "kennel-classify");
    assert.equal(log[0]["bytes"], JPEG.length);
  });

  it("writes embedded metrics on Lambda, with no content and no query string", async () => {
    const events = [
      restEvent(photoParts(JPEG)),
      { url: "https://169.254.169.254/latest/meta-data?token=secret" },
    ];
    const { log } = await invoke(events, { AWS_LAMBDA_FUNCTION_NAME: "kennel-classify" });
    const [classified, refused, ...others] = log.filter((line) => "_aws" in line);
    assert.deepEqual(others, []);
    const { _aws, Duration, EndpointDuration, ...fields } = classified ?? {};
    assert.ok(Number(Duration) >= 0 && Number(EndpointDuration) >= 0);
    assert.deepEqual(fields, {
      service: "kennel-classify",
      endpoint: "kennel-test",
      function_request_id: "request-1",
      Classified: 1,
      Refused: 0,
      Throttled: 0,
      Failed: 0,
      EndpointAttempts: 1,
      PhotoSize: JPEG.length,
    });
    const { CloudWatchMetrics } = _aws as { CloudWatchMetrics: Record<string, unknown>[] };
    assert.equal(CloudWatchMetrics[0]?.["Namespace"], "Kennel");
    assert.deepEqual(CloudWatchMetrics[0]["Dimensions"], [["service", "endpoint"]]);
    assert.equal(refused?.["Refused"], 1);
    assert.equal(refused["code"], "address_not_allowed");
    assert.doesNotMatch(JSON.stringify(log), /secret/);
  });

  it("takes the metrics' namespace from the environment", async () => {
    const { log } = await invoke([{}], {
      AWS_LAMBDA_FUNCTION_NAME: "kennel-classify",
      POWERTOOLS_METRICS_NAMESPACE: "Elsewhere",
    });
    const metrics = log.find((line) => "_aws" in line)?.["_aws"];
    assert.match(JSON.stringify(metrics), /"Namespace":"Elsewhere"/);
  });

  it("refuses what it must, with its own copy of the fetch", async () => {
    const { outcome, log } = await invoke([
      { url: "https://169.254.169.254/latest/meta-data?token=secret" },
      { url: "dog.jpg" },
      {},
    ]);
    assert.deepEqual(
      outcome.answers.map(({ statusCode }) => statusCode),
      [400, 400, 400],
    );
    assert.equal(log.length, 3);
    assert.doesNotMatch(JSON.stringify({ outcome, log }), /secret/);
    assert.equal(runtime.requests.length, 0);
  });

  it("names the missing permission in the answer and the AWS error in the log", async () => {
    runtime.reply(serviceError(403, "AccessDeniedException", { Message: "not authorized" }));
    const { outcome, log } = await invoke([restEvent(photoParts(JPEG))]);
    assert.match(
      outcome.answers[0]?.body ?? "",
      /sagemaker:InvokeEndpoint on arn:aws:sagemaker:eu-west-1:123456789012:endpoint\/kennel-test/,
    );
    assert.equal(log[0]?.["level"], "ERROR");
    assert.equal(log[0]["awsError"], "AccessDeniedException");
  });

  it("says that credentials are missing", async () => {
    const { outcome } = await invoke([restEvent(photoParts(JPEG))], {
      AWS_ACCESS_KEY_ID: "",
      AWS_EC2_METADATA_DISABLED: "true",
    });
    assert.equal(outcome.answers[0]?.statusCode, 502);
    assert.match(outcome.answers[0].body, /AWS credentials are missing, wrong or expired/);
  });

  it("ends with one clear error when a variable is missing", async () => {
    await assert.rejects(invoke([], { ENDPOINT_NAME: "" }), (error: unknown) => {
      assert.match(String(error), /SettingsError\]?: ENDPOINT_NAME is not set: give the function/);
      return true;
    });
  });

  it("is small, which is most of how fast it loads", () => {
    assert.ok(statSync(file).size <= MAX_BUNDLE_BYTES, `${statSync(file).size} bytes`);
  });

  it("is the same each time it is built, and alone in its directory", () => {
    const built = buildFunction();
    assert.deepEqual(readFileSync(join(built, "index.mjs")), readFileSync(file));
    assert.deepEqual(readdirSync(built), ["index.mjs"]);
    assert.doesNotMatch(readFileSync(file, "utf8"), new RegExp(process.cwd()));
  });
});
