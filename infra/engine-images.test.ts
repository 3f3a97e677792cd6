import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { callsSince, model as sampleModel, succeed, useEngine } from "./testing/use-engine";

describe("images in Pulumi's engine", function () {
  this.timeout(300_000);

  const engine = useEngine();

  const endpoints = (instanceType = "ml.c5.large", model = sampleModel) => ({
    endpoints: { main: { model, serving: { mode: "realtime", instanceType } } },
  });

  /** Runs `pulumi up` and gives the repositories that something was pushed to, and what else was done. */
  async function up(): Promise<{ pushed: string[]; calls: string[] }> {
    const { pushes } = engine.provider.registry;
    callsSince(engine);
    const before = pushes.length;
    await succeed(engine.up());
    const pushed = pushes.slice(before).map((push) => push.split(/[/:]/)[1]!);
    const calls = callsSince(engine);
    return { pushed: pushed.sort(), calls };
  }

  /** The images of all models, retained ones included; each of them can be pulled. */
  function imagesOfModels(): string[] {
    const models = [...engine.provider.existing]
      .filter(([urn]) => urn.includes("sagemaker/model:Model"))
      .map(([, { primaryContainer }]) => (primaryContainer as { image: string }).image);
    for (const image of models) {
      assert.ok(engine.provider.registry.has(image), `${image} can't be pulled`);
    }
    return models;
  }

  const source = (): string => join(engine.sources, "containers/inference/source/serve.ts");
  let original: string;

  it("are pushed once, and not again by an update without changes", async () => {
    engine.configure(endpoints());
    assert.deepEqual((await up()).pushed, ["inference", "training"]);
    assert.deepEqual(await up(), { pushed: [], calls: [] });
    assert.equal(imagesOfModels().length, 1);
  });

  it("are the same in another checkout with another umask", async () => {
    rmSync(join(engine.sources, ".cache"), { recursive: true });
    const containers = join(engine.sources, "containers");
    for (const entry of readdirSync(containers, { recursive: true, withFileTypes: true })) {
      chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o775 : 0o664);
    }
    for (const command of ["train", "tune"]) {
      chmodSync(join(containers, "training", command), 0o775);
    }
    assert.deepEqual(await up(), { pushed: [], calls: [] });
  });

  it("stay when the code changes: models that are kept for a rollback name them", async () => {
    original = readFileSync(source(), "utf8");
    appendFileSync(source(), "// Changed.\n");
    const { pushed, calls } = await up();
    assert.deepEqual(pushed, ["inference"]);
    assert.ok(!calls.some((call) => call.startsWith("delete")), calls.join(", "));
    assert.equal(new Set(imagesOfModels()).size, 2);
  });

  it("are used again, not pushed again, by an older commit and by the next update after it", async () => {
    const [first] = imagesOfModels();
    writeFileSync(source(), original);
    const { pushed } = await up();
    assert.deepEqual(pushed, []);
    assert.equal(imagesOfModels().at(-1), first);
    assert.deepEqual(await up(), { pushed: [], calls: [] });
    appendFileSync(source(), "// Changed.\n");
    assert.deepEqual((await up()).pushed, []);
    assert.equal(new Set(imagesOfModels()).size, 2);
  });

  it("survive a refresh", async () => {
    await succeed(engine.refresh());
    assert.deepEqual(await up(), { pushed: [], calls: [] });
  });

  it("are built for Arm where an endpoint runs on Graviton", async () => {
    engine.configure(endpoints("ml.c7g.large"));
    assert.deepEqual((await up()).pushed, ["inference"]);
    const { imageUris } = await engine.outputs();
    assert.deepEqual(Object.keys(imageUris as object), ["inference-arm64", "training"]);
    const { "inference-arm64": arm } = imageUris as Record<string, string>;
    assert.equal(imagesOfModels().at(-1), arm);
  });

  it("share one uploaded model among endpoints", async () => {
    const { main } = endpoints().endpoints;
    engine.configure({ endpoints: { main, second: main } });
    await up();
    const objects = [...engine.provider.existing.keys()].filter((key) => key.includes("Objectv2"));
    assert.equal(objects.filter((key) => key.includes("/model.tar.gz")).length, 1);
  });

  it("go with their repositories", async () => {
    await succeed(engine.destroy());
    assert.throws(() => engine.provider.registry.list("kennel-test/inference"), /does not exist/);
  });

  it("stay with repositories that are kept", async () => {
    const program = (keep: boolean): string => `
      import { Image } from "./infra/components/images/image";
      import { currentLocation } from "./infra/location";
      new Image("kept", {
        repositoryName: "kept/inference",
        location: currentLocation("us-east-1"),
        dockerfile: "containers/inference/Dockerfile",
        keep: ${keep},
      });`;
    const kept = await engine.beside("kept", program(true));
    kept.configure({});
    await succeed(kept.up());
    await succeed(kept.destroy());
    assert.equal(engine.provider.registry.list("kept/inference").length, 1);
  });
});
