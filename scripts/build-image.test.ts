import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  BaseImageError,
  buildah,
  buildahCommand,
  builtImage,
  buildImage,
  obstacle,
} from "./build-image";
import {
  removeTemporaryDirectories,
  writeModelDirectory,
} from "../containers/inference/testing/model-files";
import { ServerProcess } from "../containers/inference/testing/server-process";

const samples = join(__dirname, "..", "samples");

/** The process at the end of a chain of parents and children: the one that they were started for. */
function innermost(id: number): number {
  const tasks = readdirSync(`/proc/${id}/task`);
  const children = tasks.flatMap((task) =>
    readFileSync(`/proc/${id}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
  );
  return children[0] === undefined ? id : innermost(Number(children[0]));
}

/** Why the image is neither there nor can be built. */
function cannotBuild(): string | undefined {
  const problem = obstacle();
  if (problem !== undefined || builtImage("inference") !== undefined) {
    return problem;
  }
  if (process.env["KENNEL_IMAGE_TESTS"] !== "1") {
    return "KENNEL_IMAGE_TESTS=1 builds it, which takes minutes";
  }
  try {
    buildImage("inference");
  } catch (error) {
    if (error instanceof BaseImageError) {
      return error.message;
    }
    throw error;
  }
  return undefined;
}

// A build takes minutes, so npm test does it only when it is asked to; it looks at an image that is there in any case.
describe("the inference image, built and started", function () {
  this.timeout(900_000);

  let container: string | undefined;
  let server: ServerProcess | undefined;

  before(function () {
    const reason = cannotBuild();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    container = buildah("from", "--pull-never", builtImage("inference")!);
  });

  afterEach(async () => {
    // Buildah alone would leave the server behind.
    if (server?.isRunning) {
      process.kill(innermost(server.id), "SIGKILL");
      await server.exit();
    }
  });

  after(() => {
    removeTemporaryDirectories();
    if (container !== undefined) {
      buildah("rm", container);
    }
  });

  /** Starts the image's own command as SageMaker does: a read-only model directory, and little room for temporary files. */
  async function start(model: string): Promise<ServerProcess> {
    const { OCIv1: image } = JSON.parse(buildah("inspect", container!)) as {
      OCIv1: { config: { Entrypoint: string[]; Cmd: string[] } };
    };
    const options = [
      "--isolation=chroot",
      `--volume=${model}:/opt/ml/model:ro`,
      "--mount=type=tmpfs,dst=/tmp,tmpfs-size=64m",
      // Containers share the host's network here.
      "--env=SAGEMAKER_BIND_TO_ADDRESS=127.0.0.1",
      "--env=SAGEMAKER_BIND_TO_PORT=0",
      "--env=KENNEL_WORKERS=1",
    ];
    const { Entrypoint, Cmd } = image.config;
    const launcher = buildahCommand("run", ...options, container!, "--");
    server = new ServerProcess({}, Cmd[0], launcher, Entrypoint);
    await server.logged("ready");
    return server;
  }

  it("serves a photo as its user, from a read-only model directory and with 64 MB for files", async () => {
    const running = await start(join(samples, "model"));
    const photo = readFileSync(join(samples, "photos", "beagle.jpg"));
    const response = await running.classify(photo, {
      "content-type": "image/jpeg",
      accept: "application/vnd.kennel+json",
    });
    const { predictions } = (await response.json()) as { predictions: { label: string }[] };
    assert.equal(response.status, 200);
    assert.match(predictions[0]!.label, /beagle/i);
    const about = (file: string) => readFileSync(`/proc/${innermost(running.id)}/${file}`, "utf8");
    assert.match(about("status"), /^Uid:\t1000\t1000\t/m);
    assert.match(about("mountinfo"), / \/opt\/ml\/model ro\b/);
    assert.match(about("mountinfo"), / \/tmp .* rw,size=65536k/);
    assert.match(about("maps"), /libturbojpeg\.so/, "the faster decoder of JPEG");
  });

  it("answers what it has accepted after SIGTERM, and ends with 0", async () => {
    const model = writeModelDirectory({ shape: { products: 8 } });
    chmodSync(model, 0o755);
    const running = await start(model);
    const photo = readFileSync(join(samples, "photos", "beagle.jpg"));
    const pending = Array.from({ length: 4 }, () => running.classify(photo));
    await running.holds(4);
    process.kill(innermost(running.id), "SIGTERM");
    const statuses = (await Promise.all(pending)).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 200, 200]);
    assert.equal(await running.exit(), 0);
    await running.logged("stopped");
  });
});

describe("build-image.ts", () => {
  it("tells how it is used", () => {
    const command = ["-r", "ts-node/register", join(__dirname, "build-image.ts"), "dogs"];
    const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
    assert.equal(status, 2);
    assert.match(stderr, /build-image\.ts inference\|training$/m);
  });
});
