import assert from "node:assert/strict";

import { useAutomation } from "../../infra/testing/use-automation";
import { UserError } from "../output/failure";
import { openPulumiStack, PulumiStack } from "./pulumi-stack";

describe("a stack of Pulumi's", function () {
  this.timeout(300_000);
  const engine = useAutomation();
  let stack: PulumiStack;
  const environment = { ...process.env };

  before(async () => {
    Object.assign(process.env, engine.environment);
    engine.configure({
      environment: "dev",
      endpoints: { main: { model: "samples/model", function: {} } },
    });
    stack = await openPulumiStack("test", engine.sources);
  });

  after(() => {
    process.env = environment;
  });

  it("has no outputs before it is updated", async () => {
    await assert.rejects(stack.outputs(), /was never updated: run pulumi up --stack test/);
  });

  it("is updated, and tells what happens", async () => {
    const lines: string[] = [];
    await stack.update((line) => lines.push(line));
    assert.ok(lines.filter((line) => line.startsWith("created ")).length > 15);
    assert.ok(lines.includes("created Endpoint main"));
    const { endpointNames, modelUris } = await stack.outputs();
    assert.match(endpointNames["main"]!, /^kennel-test-main-/);
    assert.match(modelUris["main"]!, /^s3:/);
    assert.deepEqual(await stack.drift(), []);
  });

  it("names what somebody changed and deleted by hand, and nothing else", async () => {
    const existing = engine.provider.existing as Map<string, Record<string, unknown>>;
    const keyOf = (type: string): string => [...existing.keys()].find((key) => key.includes(type))!;
    const [logGroup, alias] = [keyOf("cloudwatch/logGroup:LogGroup"), keyOf("lambda/alias:Alias")];
    const former = { ...existing.get(logGroup) };
    const deleted = existing.get(alias);
    existing.set(logGroup, { ...former, retentionInDays: 1 });
    existing.delete(alias);
    try {
      const found = (await stack.drift()).map(({ type, what }) => `${type} ${what}`);
      assert.deepEqual(found.sort(), [
        "aws:cloudwatch/logGroup:LogGroup is different: retentionInDays",
        "aws:lambda/alias:Alias was deleted",
      ]);
    } finally {
      existing.set(logGroup, former).set(alias, deleted!);
    }
  });

  it("remembers the models that its configuration named", async () => {
    const [latest] = await stack.history();
    assert.deepEqual(latest?.models, { main: "samples/model" });
  });

  it("passes on what the program refuses", async () => {
    engine.configure({ environment: "nowhere" });
    await assert.rejects(stack.update(), /kennel:environment/);
  });

  it("says which command makes a stack that the backend does not have", async () => {
    await assert.rejects(openPulumiStack("nowhere", engine.sources), /pulumi stack init nowhere/);
  });
});

describe("a stack of Pulumi's that an older program has updated", () => {
  it("names the outputs that it lacks", async () => {
    const outputs = {
      bucketName: { value: "b" },
      imageUris: { value: {} },
      endpointNames: { value: {} },
    };
    const stack = new PulumiStack(
      { name: "old", outputs: () => Promise.resolve(outputs) } as never,
      ".",
    );
    await assert.rejects(
      stack.outputs(),
      /no output modelUris and functionNames, because an older program .*: run pulumi up --stack old/,
    );
  });
});

describe("a stack of Pulumi's without Pulumi", () => {
  const { PATH } = process.env;

  afterEach(() => {
    process.env["PATH"] = PATH;
  });

  it("says how to get it", async () => {
    process.env["PATH"] = "/nowhere";
    await assert.rejects(
      openPulumiStack("dev"),
      (error: Error) => error instanceof UserError && /pulumi is not on PATH/.test(error.message),
    );
  });
});
