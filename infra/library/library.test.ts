import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { projectRoot } from "../project-root";
import type { writtenEndpoint } from "../schema/endpoint";
import { allOf, only } from "../testing/find";
import { record, type Recording } from "../offline/recorder";
import { recordRun } from "../offline/registrations";
import { Alarms, Budget, DataBucket, Endpoint, InferenceImage, type EndpointArgs } from ".";
import type { EndpointSettings } from "./settings.generated";

const model = `${projectRoot}/samples/model`;

function build(args: EndpointArgs, region = "eu-central-1"): Promise<Recording<unknown>> {
  return record(() => new Endpoint("dogs", args).endpointName, {
    config: { "aws:region": region },
    region,
  });
}

describe("Endpoint for other programs", () => {
  it("needs nothing but a model", async () => {
    const recording = await build({ model });
    assert.match(String(recording.result), /^kennel-dev-dogs-[0-9a-f]{6}$/);
    const bucket = only(recording, "aws:s3/bucket:Bucket").inputs["bucket"];
    assert.equal(bucket, "kennel-dev-dogs-data-123456789012-eu-central-1");
    assert.equal(
      only(recording, "aws:ecr/repository:Repository").inputs["name"],
      "kennel-dev/dogs",
    );
    assert.equal(allOf(recording, "aws:lambda/function:Function").length, 0);
  });

  it("shares a bucket, an image and alarms with others", async () => {
    const config = { "aws:region": "us-east-1" };
    const recording = await record(
      () => {
        const dataBucket = new DataBucket("data");
        const image = new InferenceImage("inference");
        const alarms = new Alarms("alarms", { emails: ["team@example.com"] });
        for (const name of ["dogs", "cats"]) {
          new Endpoint(name, { model, dataBucket, image, alarms });
        }
      },
      { config },
    );
    assert.equal(allOf(recording, "aws:s3/bucket:Bucket").length, 1);
    assert.equal(allOf(recording, "aws:ecr/repository:Repository").length, 1);
    assert.equal(allOf(recording, "aws:s3/bucketObjectv2:BucketObjectv2").length, 1);
    assert.equal(allOf(recording, "aws:sagemaker/endpoint:Endpoint").length, 2);
  });

  it("lets a program have several of each, none of which AWS calls the same", async () => {
    const budget = { monthlyDollars: 100, emails: ["team@example.com"], costTag: "Team$dogs" };
    const recording = await record(
      () => {
        for (const name of ["dogs", "Cats"]) {
          new Alarms(name, {});
          new Budget(name, budget);
          new InferenceImage(name);
        }
      },
      { config: { "aws:region": "us-east-1" } },
    );
    const names = (type: string) => allOf(recording, type).map(({ inputs }) => inputs["name"]);
    for (const type of ["aws:sns/topic:Topic", "aws:budgets/budget:Budget"]) {
      assert.match(names(type).join(), /^kennel-dev-cats-\w{12},kennel-dev-dogs$/);
    }
    // ECR takes no capitals.
    assert.match(
      names("aws:ecr/repository:Repository").join(),
      /^kennel-dev\/cats-\w{12},kennel-dev\/dogs$/,
    );
  });

  it("lets a role of somebody else use a bucket's own key", async () => {
    const build = (role?: { existing: string; attach: boolean }) =>
      record(
        () => {
          const dataBucket = new DataBucket("data", { ownKey: true });
          new Endpoint("dogs", { model, dataBucket, role, function: { deadLetters: {}, role } });
        },
        { config: { "aws:region": "us-east-1" } },
      );
    const uses = async (role?: { existing: string; attach: boolean }) =>
      allOf(await build(role), "aws:iam/rolePolicy:RolePolicy").map(
        ({ name, inputs }) => `${name}: ${/kms:\w+/.exec(JSON.stringify(inputs["policy"]))?.[0]}`,
      );
    const theirs = await uses({ existing: "team", attach: true });
    assert.ok(theirs.includes("dogs-execution: kms:Decrypt"), theirs.join());
    assert.ok(theirs.includes("dogs-dead-letters: kms:Decrypt"), theirs.join());
    assert.ok(
      (await uses()).every((each) => each.endsWith(": undefined")),
      "the key's policy does",
    );
  });

  it("creates neither bucket nor image for an endpoint that exists", async () => {
    const recording = await build({ existing: "team-dogs", function: {} });
    assert.equal(allOf(recording, "aws:s3/bucket:Bucket").length, 0);
    assert.equal(allOf(recording, "aws:ecr/repository:Repository").length, 0);
    assert.equal(only(recording, "aws:lambda/function:Function").inputs["name"], "kennel-dev-dogs");
  });

  it("can be tested with mocks that answer nothing", async () => {
    const mocks = {
      newResource: ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
        id: name,
        state: inputs,
      }),
      call: () => ({}),
    };
    const recorded = async (args: EndpointArgs) => {
      const settings = { project: "kennel", stack: "dev", config: { "aws:region": "us-east-1" } };
      const { resources, result } = await recordRun(
        settings,
        mocks,
        () => new Endpoint("dogs", args).endpointName,
      );
      return { result, types: new Set(resources.map(({ type }) => type)) };
    };
    const existing = await recorded({ existing: "team-dogs", scaling: { maxInstances: 2 } });
    assert.ok(existing.types.has("aws:appautoscaling/target:Target"));
    const theirs = await recorded({ model, role: { existing: "team", attach: true } });
    assert.ok(theirs.types.has("aws:sagemaker/endpoint:Endpoint"));
  });

  it("names every wrong argument at once, with what is allowed", async () => {
    const wrong = {
      model,
      serving: { mode: "realtime", instanceType: "ml.t3.medium" },
      scalling: {},
    };
    await assert.rejects(build(wrong as EndpointArgs), ({ message }: Error) => {
      assert.match(message, /^The arguments of new Endpoint\("dogs"\) have 2 mistakes:\n/);
      assert.match(message, /- serving\.instanceType is "ml\.t3\.medium"\. Allowed: /);
      assert.match(message, /- scalling is not a known key\. Did you mean scaling\?/);
      return true;
    });
  });

  it("asks for a model", async () => {
    await assert.rejects(build({}), /model is missing\. Allowed: a model directory/);
  });

  it("asks for a region", async () => {
    const before = process.env;
    process.env = {
      ...before,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
    } as NodeJS.ProcessEnv;
    try {
      await assert.rejects(
        record(() => new DataBucket("data")),
        /No AWS region is known\. Run `pulumi config set aws:region us-east-1`/,
      );
    } finally {
      process.env = before;
    }
  });

  it("has the types that the schema has", () => {
    // Checked by the compiler; nothing runs.
    type Given = z.input<typeof writtenEndpoint>;
    const toSchema = (settings: Mutable<EndpointSettings>): Given => settings;
    const fromSchema = (settings: Given): EndpointSettings => settings;
    assert.deepEqual([typeof toSchema, typeof fromSchema], ["function", "function"]);
  });
});

/** Zod's types have arrays that may be changed. */
type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;
