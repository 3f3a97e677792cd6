import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";

import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetAccountSettingsCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";

import { PYTHON } from "../../scripts/python-environment";
import { startSandbox, type Sandbox } from "./start";
import { settingsOf } from "./testing/settings";

const CODE = `
export const handler = async (event, context) => {
  if (event.body) {
    const { respond } = JSON.parse(event.body);
    if (respond) return respond;
  }
  if (event.fail) throw new TypeError("it failed");
  if (event.end) process.exit(1);
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { echo: event, name: process.env.NAME, where: process.env.AWS_ENDPOINT_URL,
    version: context.functionVersion, left: context.getRemainingTimeInMillis() };
};`;

/** As far as it is looked at. */
type Event = Readonly<
  Record<"rawPath" | "queryStringParameters" | "body" | "isBase64Encoded", unknown>
>;

describe("the sandbox's functions", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let lambda: LambdaClient;
  let folder: string;

  before(async () => {
    sandbox = await startSandbox();
    const settings = settingsOf(sandbox, "eu-west-1");
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
    const { Role } = await new IAMClient(settings).send(
      new CreateRoleCommand({ RoleName: "function", AssumeRolePolicyDocument }),
    );
    folder = mkdtempSync(path.join(tmpdir(), "kennel-function-"));
    writeFileSync(path.join(folder, "index.mjs"), CODE);
    execFileSync(PYTHON, ["-m", "zipfile", "-c", "code.zip", "index.mjs"], { cwd: folder });
    lambda = new LambdaClient({ ...settings, maxAttempts: 1 });
    const create = (FunctionName: string, Runtime: "nodejs22.x" | "python3.13") =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: Role!.Arn,
          Runtime,
          Handler: "index.handler",
          Timeout: 2,
          Code: { ZipFile: readFileSync(path.join(folder, "code.zip")) },
          Environment: { Variables: { NAME: "classify" } },
        }),
      );
    await create("classify", "nodejs22.x");
    await create("snake", "python3.13");
    await lambda.send(new PublishVersionCommand({ FunctionName: "classify" }));
    await lambda.send(
      new CreateAliasCommand({ FunctionName: "classify", Name: "live", FunctionVersion: "1" }),
    );
  });

  after(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true });
  });

  const invoke = (event: object, more: object = {}): Promise<InvokeCommandOutput> =>
    lambda.send(
      new InvokeCommand({
        FunctionName: "classify",
        Payload: Buffer.from(JSON.stringify(event)),
        ...more,
      }),
    );
  const read = ({ Payload }: InvokeCommandOutput) =>
    JSON.parse(Buffer.from(Payload!).toString()) as Record<string, unknown>;

  it("refuse in AWS's way what moto does not know", async () => {
    await assert.rejects(lambda.send(new GetAccountSettingsCommand({})), {
      name: "NotImplementedException",
      message: /moto does not know this request: GET \/2016-08-19\/account-settings/,
    });
    const s3 = new S3Client({ ...settingsOf(sandbox), forcePathStyle: true });
    const missing = new HeadBucketCommand({ Bucket: "nowhere" });
    await assert.rejects(s3.send(missing), { name: "NotFound" });
  });

  it("run their code with their environment, by name, alias and ARN", async () => {
    const { left, ...answer } = read(await invoke({ a: 1 }));
    const expected = { echo: { a: 1 }, name: "classify", where: sandbox.url, version: "$LATEST" };
    assert.deepEqual(answer, expected);
    assert.ok(Number(left) > 0 && Number(left) <= 2000);
    const live = await invoke({}, { Qualifier: "live" });
    assert.equal(live.ExecutedVersion, "1");
    assert.equal(read(live)["version"], "1");
    const FunctionName = "arn:aws:lambda:eu-west-1:123456789012:function:classify:live";
    assert.equal((await invoke({}, { FunctionName })).ExecutedVersion, "1");
  });

  it("say how they failed, and answer again", async () => {
    const failed = await invoke({ fail: true });
    assert.equal(failed.FunctionError, "Unhandled");
    assert.deepEqual(
      { ...read(failed), trace: undefined },
      { errorType: "TypeError", errorMessage: "it failed", trace: undefined },
    );
    assert.match(String(read(await invoke({ end: true }))["errorMessage"]), /Runtime exited/);
    assert.match(String(read(await invoke({ wait: true }))["errorMessage"]), /after 2.00 seconds/);
    assert.equal((await invoke({})).FunctionError, undefined);
  });

  it("answer at their URLs", async () => {
    const of = { FunctionName: "classify", Qualifier: "live" };
    const { FunctionUrl } = await lambda.send(
      new CreateFunctionUrlConfigCommand({ ...of, AuthType: "AWS_IAM" }),
    );
    const ask = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${FunctionUrl}a/b?c=1`, { method: "POST", headers, body: '{"d": 2}' });
    assert.equal((await ask({})).status, 403);
    const answer = await ask({ authorization: "any", "content-type": "application/json" });
    const { version, echo } = (await answer.json()) as { version: string; echo: Event };
    assert.equal(version, "1");
    const { rawPath, queryStringParameters, body, isBase64Encoded } = echo;
    assert.deepEqual(
      { rawPath, queryStringParameters, body, isBase64Encoded },
      {
        rawPath: "/a/b",
        queryStringParameters: { c: "1" },
        body: '{"d": 2}',
        isBase64Encoded: false,
      },
    );
    await lambda.send(new UpdateFunctionUrlConfigCommand({ ...of, AuthType: "NONE" }));
    const named = {
      respond: { statusCode: 418, cookies: ["a=b"], body: "dGVh", isBase64Encoded: true },
    };
    const told = await fetch(FunctionUrl!, {
      method: "POST",
      body: JSON.stringify(named),
      headers: { "content-type": "application/json" },
    });
    assert.deepEqual(
      [told.status, told.headers.get("set-cookie"), await told.text()],
      [418, "a=b", "tea"],
    );
    await lambda.send(new DeleteFunctionUrlConfigCommand(of));
    assert.equal((await ask({})).status, 404);
  });

  it("refuse as Lambda does", async () => {
    await assert.rejects(invoke({}, { FunctionName: "none" }), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(invoke({}, { FunctionName: "snake" }), {
      name: "InvalidRuntimeException",
    });
    await assert.rejects(invoke({}, { Payload: Buffer.from("{") }), {
      name: "InvalidRequestContentException",
    });
    await assert.rejects(invoke({ large: "x".repeat(6_300_000) }), {
      name: "RequestTooLargeException",
    });
    const one = { FunctionName: "classify", ReservedConcurrentExecutions: 1 };
    await lambda.send(new PutFunctionConcurrencyCommand(one));
    const both = await Promise.allSettled([invoke({ wait: true }), invoke({ wait: true })]);
    const [refused] = both.filter((each) => each.status === "rejected");
    assert.equal((refused!.reason as Error).name, "TooManyRequestsException");
  });
});
