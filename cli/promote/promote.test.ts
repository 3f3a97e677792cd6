import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";

import { MISFORTUNES } from "../../infra/offline/endpoint-deployment";
import { clientSettings, explainAwsError } from "../aws/clients";
import { readPhotos, samplePhotos } from "../local/photos";
import { UserError } from "../output/failure";
import { startSandbox, type Sandbox } from "../sandbox/start";
import { openStack } from "../stack/open-stack";
import { modelLike, TemporaryStack } from "../testing/temporary-stack";
import { LiveEndpoint } from "./live-endpoint";
import { type Plan, planPromotion } from "./plan";
import { promote, type PromoteOptions, type Promotion, rollOut } from "./promote";
import { renderRollback, rollback } from "./rollback";

const MIN_INSTANCES = 2;

/** `KENNEL_PROMOTIONS=50` makes the run that counts. */
const PROMOTIONS = Number(process.env["KENNEL_PROMOTIONS"] ?? 1);

describe("kennel promote", function () {
  this.timeout(300_000 + PROMOTIONS * 60_000);
  let sandbox: Sandbox;
  let live: LiveEndpoint;
  let bucket: string;
  let first: string;
  const stack = new TemporaryStack();
  const environment = { ...process.env };
  const [photo] = readPhotos(samplePhotos().slice(0, 1));
  // Of another digest each: a field that ONNX calls doc_string, at the graph's end.
  const alternating = ["a", "b"].map((name) => {
    const directory = modelLike({ "metrics.json": '{"test_accuracy": 0.99}' });
    appendFileSync(path.join(directory, "model.onnx"), Buffer.from([0x32, 1, name.charCodeAt(0)]));
    return directory;
  });
  const better = modelLike({ "metrics.json": '{"test_accuracy": 0.8}' });

  before(async () => {
    sandbox = await startSandbox({ speed: 3000 });
    Object.assign(process.env, sandbox.environment);
    configure(3);
    const created = await openStack(stack.name);
    await created.update();
    const { endpointNames, bucketName } = await created.outputs();
    live = new LiveEndpoint(endpointNames["main"]!, "us-east-1");
    bucket = bucketName;
  });

  after(async () => {
    stack.remove();
    process.env = environment;
    await sandbox.stop();
  });

  const configure = (maxInstances: number): void => {
    const scaling = { minInstances: MIN_INSTANCES, maxInstances };
    const rollout = { strategy: "canary", percentage: 50 };
    const main = { model: "samples/model", scaling, rollout };
    stack.configure({ environment: "dev", endpoints: { main } });
  };

  const withDefaults = (options: Partial<PromoteOptions>): PromoteOptions => ({
    ...{ stack: stack.name, tolerance: 0.01, watch: 0, yes: true, acceptWorse: false },
    ...options,
  });
  const run = (options: Partial<PromoteOptions>, endpoint = "main"): Promise<Promotion> =>
    promote(endpoint, withDefaults(options));

  const setAlarms = async (state: "OK" | "ALARM"): Promise<void> => {
    const client = new CloudWatchClient(clientSettings());
    for (const { name } of await live.alarms()) {
      const change = { AlarmName: name, StateValue: state, StateReason: "a test" } as const;
      await client.send(new SetAlarmStateCommand(change));
    }
  };

  const order = (route: string, body: object): Promise<Response> =>
    fetch(`${sandbox.url}/_kennel/${route}`, { method: "POST", body: JSON.stringify(body) });

  const samples = async (): Promise<readonly { readonly running: number }[]> => {
    const answer = await fetch(`${sandbox.url}/_kennel/samples`);
    return ((await answer.json()) as { samples: readonly { readonly running: number }[] }).samples;
  };

  it("promotes a model directory with what else was changed, keeping the file's comments", async () => {
    configure(4);
    first = (await live.servedModel())!;
    const { outcome, model, digest, instances, review } = await run({ model: better });
    assert.equal(outcome, "promoted");
    assert.equal(review.verdict, "pass");
    const changes = review.changes.map(({ kind, type }) => `${kind} ${type.split(":").at(-1)}`);
    assert.deepEqual(changes.sort(), [
      "deleted BucketObjectv2",
      "replaced EndpointConfiguration",
      "replaced Model",
      "updated Endpoint",
      "updated MetricAlarm",
      "updated Target",
    ]);
    assert.deepEqual(instances, { primary: MIN_INSTANCES });
    assert.equal(await live.servedModel(), model);
    assert.equal((await live.ask(photo!)).model, digest);
    assert.match(stack.read(), /^# Kept by every change\.\n/);
    assert.match(stack.read(), new RegExp(`model: ${model.replace(`s3://${bucket}/`, "")}\n`));
  });

  it("does nothing where the endpoint serves the model already", async () => {
    assert.equal((await run({ model: better })).outcome, "unchanged");
  });

  for (const [what, files, expected] of [
    ["has no classes.json", { "classes.json": undefined }, /is not a model .*classes\.json/],
    [
      "does not load",
      { "model.onnx": "no graph", "metrics.json": '{"test_accuracy": 0.9}' },
      /inference server can't load/,
    ],
    [
      "is worse",
      { "metrics.json": '{"test_accuracy": 0.75}' },
      /75\.0 %.* 80\.0 %: more than 1\.0 % worse\. Accept that with --accept-worse/,
    ],
    ["has no accuracy", { "metrics.json": "{}" }, /no test_accuracy[^]*--accept-worse/],
    ["has an accuracy in percent", { "metrics.json": '{"test_accuracy": 90}' }, /no test_accuracy/],
    ["has broken metrics", { "metrics.json": "{" }, /metrics\.json is not JSON/],
    ["lacks classes", { "classes.json": '["dog", "cat"]' }, /adds 2 classes .* and lacks 119/],
    ["is without metrics", { "metrics.json": undefined }, /no test_accuracy/],
  ] as const) {
    it(`refuses a model that ${what}`, async () => {
      const text = stack.read();
      await assert.rejects(run({ model: modelLike(files) }), expected);
      assert.equal(stack.read(), text);
    });
  }

  it("refuses an archive that is none", async () => {
    await assert.rejects(run({ model: __filename }), /is not a model\.tar\.gz/);
  });

  for (const [what, options, endpoint, expected] of [
    ["a model that is not there", { model: "nowhere" }, "main", /no such model directory/],
    [
      "an object that is not there",
      { model: "s3://nowhere/model.tar.gz" },
      "main",
      /there is no s3:/,
    ],
    ["no model at all", {}, "main", /one of --model, --job and --from-stack/],
    ["two models", { model: "a", job: "b" }, "main", /one of --model, --job and --from-stack/],
    ["a job that is not there", { job: "nobody" }, "main", /there is no job "nobody": kennel jobs/],
    [
      "another endpoint",
      { model: better },
      "other",
      /declares no endpoint other\. Endpoints: main/,
    ],
    ["another stack", { model: better, stack: "nowhere" }, "main", /there is no stack "nowhere"/],
    ["a stack that was never created", { fromStack: "dev" }, "main", /kennel sandbox --stack dev/],
  ] as const) {
    it(`says what to do about ${what}`, async () => {
      await assert.rejects(run(options, endpoint), (error: Error) => {
        assert.ok(error instanceof UserError, error.stack);
        assert.match(error.message, expected);
        return true;
      });
    });
  }

  describe("where a misfortune happens", () => {
    let options: PromoteOptions;
    let plan: Plan;

    before(async () => {
      options = withDefaults({ model: better, acceptWorse: true });
      // Everything is as before after each, so that one plan does for all.
      plan = await planPromotion("main", options);
    });

    for (const kind of MISFORTUNES) {
      it(`notices "${kind}" and takes the promotion back`, async () => {
        const [text, served] = [stack.read(), await live.servedModel()];
        await order("misfortune", { kind });
        await assert.rejects(
          rollOut(plan, options, new Promise(() => undefined)),
          /main was not promoted: [^]*SageMaker (says|rolled)[^]*The former model serves, and Pulumi\..*yaml is as it was/,
        );
        assert.equal(stack.read(), text);
        assert.equal(await live.servedModel(), served);
        await setAlarms("OK");
      });
    }
  });

  it("goes back at once where an alarm goes off afterwards", async () => {
    const [text, served] = [stack.read(), await live.servedModel()];
    const next = modelLike({ "metrics.json": '{"test_accuracy": 0.95}' });
    const promotion = run({ model: next, watch: 600 });
    const isServed = async (): Promise<boolean> => (await live.servedModel()) !== served;
    while (!(await isServed())) {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await setAlarms("ALARM");
    await assert.rejects(promotion, /the alarm .* went off: a test[^]*The former model serves/);
    assert.equal(stack.read(), text);
    assert.equal(await live.servedModel(), served);
    await setAlarms("OK");
  });

  it("is done by one at a time", async () => {
    const next = modelLike({ "metrics.json": "{}" });
    const both = await Promise.allSettled([run({ model: next }), run({ model: next })]);
    const reasons = both.map((each) => (each.status === "rejected" ? String(each.reason) : ""));
    assert.match(reasons[0]!, /no test_accuracy/);
    assert.match(reasons[1]!, /another promotion or rollback of the stack test-/);
  });

  it("is not undone to what is not a model", async () => {
    const text = stack.read();
    for (const to of ["s3://nowhere/model.tar.gz", "s3://nowhere/model", "nowhere", __filename]) {
      await assert.rejects(
        rollback("main", { stack: stack.name, yes: true, to }),
        /there is no|is not (the address of )?a/,
      );
    }
    assert.equal(stack.read(), text);
  });

  it("is undone by kennel rollback, past what was taken back, once alarms are quiet", async () => {
    await setAlarms("ALARM");
    const waiting = await rollback("main", { stack: stack.name, yes: true });
    assert.equal(waiting.to, first);
    const [told] = /kennel rollback .*/.exec(renderRollback(waiting))!;
    assert.equal(told, `kennel rollback main --stack ${stack.name} --to ${first}`);
    const asConfigured = first.replace(`s3://${bucket}/`, "");
    assert.deepEqual(
      await rollback("main", { stack: stack.name, to: asConfigured, yes: true }),
      waiting,
    );
    await setAlarms("OK");
    const { to } = await rollback("main", { stack: stack.name, to: first, yes: true });
    assert.equal(to, first);
    assert.equal(await live.servedModel(), to);
    assert.match(stack.read(), new RegExp(`model: ${asConfigured}\n`));
    assert.deepEqual(await (await openStack(stack.name)).drift(), []);
  });

  it(`is a false alarm in none of ${PROMOTIONS} good promotions, with as many instances as run`, async () => {
    for (let promotion = 0; promotion < PROMOTIONS; promotion += 1) {
      const wanted = MIN_INSTANCES + (promotion % 2);
      await order("load", { endpointName: live.name, instances: wanted });
      while ((await live.describe())?.instances["primary"] !== wanted) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      const before = (await samples()).length;
      const { outcome, digest, instances } = await run({ model: alternating[promotion % 2]! });
      assert.equal(outcome, "promoted");
      assert.deepEqual(instances, { primary: wanted });
      assert.equal((await live.ask(photo!)).model, digest);
      const during = (await samples()).slice(before).map(({ running }) => running);
      assert.ok(during.length > 0 && Math.min(...during) >= wanted, JSON.stringify(during));
    }
  });

  describe("where AWS refuses", () => {
    let server: Server;
    let code: string;

    before(async () => {
      server = createServer((request, response) => {
        request.resume();
        response.writeHead(400, { "content-type": "application/xml" });
        response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      process.env["AWS_ENDPOINT_URL"] =
        `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });

    after(() => {
      server.close();
      process.env["AWS_ENDPOINT_URL"] = sandbox.url;
    });

    for (const [name, expected] of [
      ["ExpiredToken", /have expired: log in again/],
      ["AccessDenied", /may not do that/],
    ] as const) {
      it(`says what to do about ${name}, and changes nothing`, async () => {
        code = name;
        const text = stack.read();
        await assert.rejects(run({ model: better }), (error: unknown) =>
          expected.test(explainAwsError(error).message),
        );
        assert.equal(stack.read(), text);
      });
    }
  });
});
