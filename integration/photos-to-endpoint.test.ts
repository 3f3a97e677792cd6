import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

import { actionsOfVerb, type Verb } from "../cli/deployer/verbs";
import { SAMPLE_PHOTOS } from "../cli/repository";
import { askedActions } from "../cli/testing/asked-actions";
import { drawStripes } from "../cli/testing/draw-stripes";
import { runHere } from "../cli/testing/run-here";
import { runKennel, startKennel } from "../cli/testing/run-kennel";
import { modelLike, TemporaryStack } from "../cli/testing/temporary-stack";
import { PYTHON } from "../scripts/python-environment";

/**
 * The commands of README.md (From photos to an endpoint), docs/getting-started.md (Rehearse AWS) and docs/sandbox.md, in a
 * sandbox. Of
 * all others, cli/documented-commands.test.ts checks that they and their options exist.
 */
describe("the way from photos to an endpoint", function () {
  this.timeout(600_000);

  const stack = new TemporaryStack();
  const folder = mkdtempSync(path.join(tmpdir(), "kennel-walk-"));
  const photos = path.join(folder, "photos");
  const environment = { ...process.env };
  /** The IAM actions that each verb has asked for. */
  const asked = new Map<Verb, string[]>();
  let sandbox: ChildProcess;
  let url: string;
  let bucket: string;
  let job: string;

  before(function () {
    if (!existsSync(PYTHON)) {
      this.skip();
    }
    stack.configure({
      environment: "dev",
      endpoints: {
        main: {
          model: "samples/model",
          scaling: { minInstances: 1, maxInstances: 2 },
          function: {},
        },
      },
      training: {
        stripes: {
          instanceType: "ml.m5.large",
          hyperparameters: { backbone: "efficientnet_lite0", epochs: 5 },
        },
      },
    });
  });

  after(() => {
    process.env = environment;
    sandbox?.kill("SIGKILL");
    stack.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const kennel = async (code: number, ...args: readonly string[]): Promise<string> => {
    const verb = args[0] as Verb;
    // Each verb goes through a process once; more of them would only start slower.
    const run = await (asked.has(verb) ? runHere(...args) : runKennel(...args));
    asked.set(verb, [...(asked.get(verb) ?? []), ...askedActions(run.stderr)]);
    assert.equal(run.code, code, `kennel ${args.join(" ")}\n${run.stdout}\n${run.stderr}`);
    return code === 0 ? run.stdout : run.stderr;
  };

  const labelOf = async (photo: string): Promise<string> => {
    const text = await kennel(
      0,
      ...["invoke", "main", "--stack", stack.name, "--photo", photo, "--json"],
    );
    return /"label": ?"([^"]+)"/.exec(text)![1]!;
  };

  it("begins with a sandbox that has the stack's things", async () => {
    sandbox = startKennel(
      ...["sandbox", "--stack", stack.name, "--port", "0", "--speed", "600", "--json"],
    );
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: sandbox.stdout! }).once("line", resolve);
      sandbox.stderr!.resume();
      sandbox.once("exit", (code) => reject(new Error(`kennel sandbox ended with ${code}`)));
    });
    const started = JSON.parse(line) as {
      environment: Record<string, string>;
      outputs: { bucketName: string; endpointNames: Record<string, string> };
    };
    Object.assign(process.env, started.environment, { KENNEL_DEBUG: "1" });
    url = started.environment["AWS_ENDPOINT_URL"]!;
    bucket = started.outputs.bucketName;
    assert.match(started.outputs.endpointNames["main"]!, /^kennel-test-/);
  });

  it("splits photos and puts them into the bucket", async () => {
    const source = path.join(folder, "source");
    for (const label of ["across", "upright"]) {
      mkdirSync(path.join(source, label), { recursive: true });
      for (let number = 0; number < 20; number += 1) {
        await drawStripes(path.join(source, label, `${number}.jpg`), label === "upright", number);
      }
    }
    await kennel(0, "data", "--source", source, "--data", photos, "--upload", "-s", stack.name);
    assert.ok(existsSync(path.join(photos, "train", "across")));
  });

  it("trains a model in a job", async () => {
    const lines = await kennel(0, "train", "stripes", "--stack", stack.name, "--json");
    const started = JSON.parse(lines.split("\n")[0]!) as { job: { name: string } };
    job = started.job.name;
    const own = ["--stack", stack.name];
    const [model] = JSON.parse(await kennel(0, "models", ...own, "--json")) as Record<
      string,
      unknown
    >[];
    assert.deepEqual([model!["job"], model!["photoCount"]], [job, 40]);
    assert.match(await kennel(0, "models", String(model!["digest"]), ...own), /checked against it/);
    assert.match(await kennel(0, "jobs", ...own), new RegExp(`${job} .*Testing Accuracy`));
    assert.match(await kennel(0, "logs", job, ...own), /Epoch 1: Training Loss/);
  });

  it("promotes it, with the classes that it has", async () => {
    const args = ["promote", "main", "--stack", stack.name, "--job", job, "--yes", "--watch", "1"];
    assert.match(await kennel(1, ...args), /Accept that with --accept-classes/);
    await kennel(0, ...args, "--accept-classes");
    const photo = path.join(folder, "new.jpg");
    await drawStripes(photo, true, 777);
    assert.equal(await labelOf(photo), "upright");
  });

  it("refuses a broken model and a worse one, and takes back what crashes", async () => {
    const promote = (model: string, ...more: string[]): Promise<string> =>
      kennel(1, "promote", "main", "-s", stack.name, "--model", model, "--yes", ...more);
    const accept = ["--accept-classes", "--accept-worse", "--watch", "1"];
    const text = stack.read();
    assert.match(await promote(modelLike({ "model.onnx": "none" }), ...accept), /can't load/);
    const worse = modelLike({ "metrics.json": '{"test_accuracy": 0.01}' });
    assert.match(await promote(worse, "--accept-classes"), /--accept-worse/);
    const body = JSON.stringify({ kind: "crash" });
    await fetch(`${url}/_kennel/misfortune`, { method: "POST", body });
    assert.match(await promote(worse, ...accept), /The former model serves/);
    assert.equal(stack.read(), text);
  });

  it("goes back to the model before", async () => {
    await kennel(0, "rollback", "main", "--stack", stack.name, "--yes");
    assert.equal(await labelOf(path.join(SAMPLE_PHOTOS, "beagle.jpg")), "beagle");
    await kennel(0, "status", "--stack", stack.name);
  });

  it("classifies many photos at once", async () => {
    const output = path.join(folder, "answers.jsonl");
    const where = ["--photos", `s3://${bucket}/data/test/across/`, "-o", output];
    const text = await kennel(0, "batch", "--model", "main", "-s", stack.name, "--json", ...where);
    const { photos, answered } = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual([photos, answered], [2, 2]);
  });

  it("finds what an audit should find", async () => {
    // The root user of moto's account has no MFA device.
    await kennel(1, "audit");
  });

  it("has asked for nothing that the policies of its verbs do not allow", () => {
    assert.deepEqual([...asked.keys()].sort(), [
      ...["audit", "batch", "data", "invoke", "jobs", "logs"],
      ...["models", "promote", "rollback", "status", "train"],
    ]);
    const unexpected = [...asked].map(([verb, actions]) => {
      assert.ok(verb === "data" || actions.length > 0, `${verb} has asked for nothing`);
      const allowed = actionsOfVerb(verb);
      return [verb, actions.filter((action) => !allowed.includes(action))] as const;
    });
    assert.deepEqual(
      unexpected.filter(([, actions]) => actions.length > 0),
      [],
    );
  });

  it("leaves nothing behind", async () => {
    sandbox.kill("SIGINT");
    await once(sandbox, "exit");
    await assert.rejects(fetch(url));
  });
});
