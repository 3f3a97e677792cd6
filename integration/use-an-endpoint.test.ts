import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeTransformJobCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import fastify, { type FastifyInstance } from "fastify";

import type { PhotoAnswer } from "../cli/batch/answers";
import { batch, type BatchOptions, type BatchResult } from "../cli/batch/batch";
import { clientSettings } from "../cli/aws/clients";
import { invocationAsJson, invoke, type Invocation } from "../cli/invoke/invoke";
import { loadEndpoint } from "../cli/load/load";
import { summaryOf } from "../cli/load/summary";
import { samplePhotos } from "../cli/local/photos";
import { type Sandbox, startSandbox } from "../cli/sandbox/start";
import { openStack } from "../cli/stack/open-stack";
import { inEnvironment } from "../cli/testing/environment";
import { TemporaryStack } from "../cli/testing/temporary-stack";

/** What `--json` prints. */
interface Printed {
  readonly function?: string;
  readonly endpoint?: string;
  readonly answers: readonly {
    readonly photo: string;
    readonly label?: string;
    readonly model?: string;
    readonly error?: { readonly status: number; readonly explanation: string };
  }[];
}

const GERMAN_SHEPHERD = samplePhotos().find((file) => file.endsWith("german-shepherd.jpg"))!;

describe("an endpoint of a stack in the sandbox", function () {
  this.timeout(180_000);

  let sandbox: Sandbox;
  let lambda: FastifyInstance;
  let leave: () => void;
  let directory: string;
  let bucketName: string;
  let answer: (event: Record<string, unknown>) => [headers: object, body: unknown];
  const files = new TemporaryStack();
  const called: string[] = [];

  const print = (invocation: Invocation): Printed =>
    invocationAsJson(invocation) as unknown as Printed;
  const ask = async (options: object, endpoint = "main"): Promise<Printed> =>
    print(await invoke(endpoint, { stack: files.name, ...options }));

  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-use-"));
    sandbox = await startSandbox({ speed: 600 });
    // Lambda's side of an invocation: what the function itself answers has its own tests.
    lambda = fastify();
    lambda.post<{ Params: { name: string } }>(
      "/2015-03-31/functions/:name/invocations",
      (request, reply) => {
        const { Qualifier } = request.query as { Qualifier: string };
        called.push(`${request.params.name}:${Qualifier}`);
        const [headers, body] = answer(request.body as Record<string, unknown>);
        return reply.headers(headers as Record<string, string>).send(body);
      },
    );
    lambda.addContentTypeParser(
      "application/octet-stream",
      { parseAs: "string" },
      (_, body, done) => done(null, JSON.parse(String(body))),
    );
    await lambda.listen({ host: "127.0.0.1", port: 0 });
    leave = inEnvironment(sandbox.environment);
    files.configure({
      environment: "dev",
      endpoints: {
        main: {
          model: "samples/model",
          scaling: { minInstances: 1, maxInstances: 2 },
          function: {},
        },
      },
    });
    const stack = await openStack(files.name);
    await stack.update();
    ({ bucketName } = await stack.outputs());
    process.env["AWS_ENDPOINT_URL_LAMBDA"] =
      `http://127.0.0.1:${(lambda.server.address() as AddressInfo).port}`;
  });

  after(async () => {
    delete process.env["AWS_ENDPOINT_URL_LAMBDA"];
    files.remove();
    leave?.();
    rmSync(directory, { recursive: true });
    await lambda?.close();
    await sandbox?.stop();
  });

  it("asks the endpoint itself, and says which model has answered", async () => {
    const { answers } = await ask({ photo: [GERMAN_SHEPHERD], direct: true });
    assert.equal(answers[0]!.label, "German shepherd");
    assert.match(answers[0]!.model!, /^sha256:/);
  });

  it("says of a photo that the model refuses what it is, and of the others what they show", async () => {
    const text = path.join(directory, "note.txt");
    writeFileSync(text, "not a photo");
    const { answers } = await ask({ photo: [text, GERMAN_SHEPHERD], direct: true });
    assert.match(answers[0]!.error!.explanation, /not a photo, but a text/);
    assert.equal(answers[1]!.label, "German shepherd");
  });

  it("goes through the function's alias where there is one", async () => {
    answer = (event) => {
      assert.deepEqual(JSON.parse(Buffer.from(String(event["body"]), "base64").toString()), {
        url: "https://example.com/dog.jpg",
      });
      const predictions = [{ label: "dog", probability: 0.9 }];
      return [{}, { statusCode: 200, body: JSON.stringify({ predictions, model: "m" }) }];
    };
    const { function: name, answers } = await ask({ url: ["https://example.com/dog.jpg"] });
    assert.deepEqual(called.splice(0), [`${name}:live`]);
    assert.deepEqual([answers[0]!.label, answers[0]!.model], ["dog", "m"]);
  });

  it("gives the function's own refusal, and says where it has failed altogether", async () => {
    const refusal = { error: { code: "address_not_allowed", message: "That address is private." } };
    answer = () => [{}, { statusCode: 400, body: JSON.stringify(refusal) }];
    const [refused] = (await ask({ url: ["https://10.0.0.1/"] })).answers;
    assert.deepEqual(refused!.error!.explanation, "That address is private.");
    const failure = { errorType: "Sandbox.Timedout", errorMessage: "Task timed out" };
    answer = () => [{ "x-amz-function-error": "Unhandled" }, failure];
    const [failed] = (await ask({ url: ["https://example.com/"] })).answers;
    assert.match(failed!.error!.explanation, /failed: Sandbox.Timedout: Task timed out.*aws logs/);
  });

  it("sends no photo to a function that Lambda would not take", async () => {
    called.length = 0;
    const large = path.join(directory, "large.jpg");
    writeFileSync(large, Buffer.alloc(5_000_000, 1));
    const [refused] = (await ask({ photo: [large] })).answers;
    assert.equal(refused!.error!.status, 413);
    assert.deepEqual(called, []);
  });

  it("names the endpoints that there are for one that is not there, and what is missing", async () => {
    await assert.rejects(
      ask({ photo: [GERMAN_SHEPHERD] }, "mains"),
      /no endpoint "mains".*"main"\?/,
    );
    await assert.rejects(ask({}), /--photo FILE… .*--url/);
    const nowhere = invoke("main", { stack: "nowhere", url: ["https://example.com/"] });
    await assert.rejects(nowhere, /no stack "nowhere"/);
  });

  it("says where nothing answers", async () => {
    answer = () => [{}, ""];
    const url = process.env["AWS_ENDPOINT_URL_LAMBDA"];
    process.env["AWS_ENDPOINT_URL_LAMBDA"] = "http://127.0.0.1:1";
    await assert.rejects(ask({ url: ["https://example.com/"] }), /nothing answers|ECONNREFUSED/);
    process.env["AWS_ENDPOINT_URL_LAMBDA"] = url;
  });

  describe("kennel batch", () => {
    const photo = readFileSync(GERMAN_SHEPHERD);
    let s3: S3Client;

    const put = (Bucket: string, Key: string, Body: Buffer | string): Promise<unknown> =>
      s3.send(new PutObjectCommand({ Bucket, Key, Body }));

    const classify = async (
      options: Partial<BatchOptions> = {},
      onStatus: (status: string) => void = () => undefined,
      stop = new AbortController().signal,
    ): Promise<BatchResult> =>
      batch(
        {
          stack: files.name,
          model: "main",
          photos: "s3://photos/inbox/",
          instanceType: "ml.m5.xlarge",
          instances: 1,
          output: path.join(directory, "answers.jsonl"),
          ...options,
        },
        { onStatus, stop },
      );

    before(async () => {
      s3 = new S3Client(clientSettings());
      await s3.send(new CreateBucketCommand({ Bucket: "photos" }));
      await put("photos", "inbox/a.jpg", photo);
      await put("photos", "inbox/ü deep/b+c.JPEG", photo);
      await put("photos", "inbox/corrupt.jpg", "not a photo");
      await put("photos", "inbox/late.jpg", "half a photo");
      await put("photos", "inbox/notes.txt", "notes");
      await put("photos", "inbox/", Buffer.alloc(0));
    });

    it("asks again about what got no answer, until the photos are to blame", async () => {
      let folder = "";
      let repaired: Promise<unknown> | undefined;
      const statuses: string[] = [];
      const result = await classify({}, (status) => {
        statuses.push(status);
        folder = /Copying 4 photos to s3:..[^/]+.(.*)/.exec(status)?.[1] ?? folder;
        if (/-1-1: 4 photos, Failed/.test(status)) {
          repaired = put(bucketName, `${folder}inbox/late.jpg`, photo);
        }
      });
      await repaired;
      assert.deepEqual(result.failed, ["s3://photos/inbox/corrupt.jpg"]);
      assert.match(result.reason!, /See job logs/);
      const ended = statuses.filter((status) => /, (Failed|Completed)$/.test(status));
      assert.deepEqual(
        ended.map((status) => /-(\d)-1: (\d) photos/.exec(status)!.slice(1).join(": ")),
        ["1: 4", "2: 2", "3: 1"],
      );
      assert.deepEqual([result.answered, result.photos, result.otherObjects], [3, 4, 1]);
      assert.deepEqual(result.classes, { "German shepherd": 3 });
      const lines = readFileSync(path.join(directory, "answers.jsonl"), "utf8").trim().split("\n");
      const answers = lines.map((line) => JSON.parse(line) as PhotoAnswer);
      assert.deepEqual(
        answers.map(({ photo: address }) => address),
        ["a.jpg", "late.jpg", "ü deep/b+c.JPEG"].map((name) => `s3://photos/inbox/${name}`),
      );
      assert.match(answers[0]!.model!, /^sha256:/);
    });

    it("stops its job on demand", async () => {
      const stop = new AbortController();
      let job = "";
      const result = await classify(
        {},
        (status) => {
          job = /^(kennel-batch\S+): .* InProgress/.exec(status)?.[1] ?? job;
          if (job !== "") {
            stop.abort();
          }
        },
        stop.signal,
      );
      assert.deepEqual([result.isStopped, result.answered], [true, 0]);
      const { TransformJobStatus } = await new SageMakerClient(clientSettings()).send(
        new DescribeTransformJobCommand({ TransformJobName: job }),
      );
      assert.equal(TransformJobStatus, "Stopped");
    });

    it("says what is below an address without photos, and what an address is", async () => {
      await assert.rejects(
        classify({ photos: "s3://photos/nothing/" }),
        /no photo below s3:\/\/photos/,
      );
      await assert.rejects(classify({ photos: "s3://nowhere/x" }), /no bucket nowhere/);
      await assert.rejects(classify({ output: "/nowhere/a" }), /ENOENT: .*\/nowhere/);
      await assert.rejects(classify({ photos: "/tmp/photos" }), /not an address in S3/);
    });
  });

  it("shows in a load how it scales", async () => {
    const load = { stack: files.name, rate: 4, seconds: 8, maxInFlight: 50, seed: 1, direct: true };
    const result = await loadEndpoint("main", load, ({ name }) => {
      const body = JSON.stringify({ endpointName: name, instances: 2 });
      void fetch(`${sandbox.url}/_kennel/load`, { method: "POST", body });
    });
    const { answered, sent, leastInstances, mostInstances } = summaryOf(result);
    assert.ok(sent > 10);
    assert.equal(answered, sent);
    assert.deepEqual([leastInstances, mostInstances], [1, 2]);
  });
});
