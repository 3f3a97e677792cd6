import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

import fastify, { type FastifyInstance } from "fastify";

import { samplePhotos } from "../local/photos";
import { type Sandbox, startSandbox } from "../sandbox/start";
import { openStack } from "../stack/open-stack";
import { inEnvironment } from "../testing/environment";
import { TemporaryStack } from "../testing/temporary-stack";
import { invocationAsJson, invoke, type Invocation } from "./invoke";

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

describe("kennel invoke", function () {
  this.timeout(180_000);

  let sandbox: Sandbox;
  let lambda: FastifyInstance;
  let leave: () => void;
  let directory: string;
  let answer: (event: Record<string, unknown>) => [headers: object, body: unknown];
  const files = new TemporaryStack();
  const called: string[] = [];

  const print = (invocation: Invocation): Printed =>
    invocationAsJson(invocation) as unknown as Printed;
  const ask = async (options: object, endpoint = "main"): Promise<Printed> =>
    print(await invoke(endpoint, { stack: files.name, ...options }));

  before(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-invoke-"));
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
      endpoints: { main: { model: "samples/model", function: {} } },
    });
    await (await openStack(files.name)).update();
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
});
