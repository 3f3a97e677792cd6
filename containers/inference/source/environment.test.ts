import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { buildServer } from "../build";
import { removeTemporaryDirectories, temporaryDirectory } from "../testing/model-files";

const model = join(__dirname, "../../../samples/model");
/** ONNX Runtime looks its collector up ten seconds after it was loaded. */
const observedMs = 11_500;

/** In namespaces of its own: nothing is reached but the loopback address, which is said to be the name server. */
const isolation = ["--user", "--map-root-user", "--mount", "--net", "sh", "-c"];
const setUp = 'ip link set lo up && mount --bind "$0" /etc/resolv.conf && exec "$@"';

function isolated(home: string, command: readonly string[]): [string, string[]] {
  const resolvers = join(temporaryDirectory("resolvers"), "resolv.conf");
  writeFileSync(resolvers, "nameserver 127.0.0.1\n");
  const environment = [`HOME=${home}`, `TMPDIR=${home}`, `PATH=${process.env.PATH}`];
  // It is silent where it sees CI, so nothing else is passed on.
  const clean = ["env", "-i", ...environment, ...command];
  return ["unshare", [...isolation, setUp, resolvers, ...clean]];
}

/** What is below a directory and not the server's own. */
function strangersIn(directory: string): string[] {
  const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
  return names.filter((name) => !name.startsWith("kennel-"));
}

describe("the environment", () => {
  before(function () {
    const [program, given] = isolated("/", ["true"]);
    if (spawnSync(program, given).status !== 0) this.skip(); // No namespaces, or no `ip`.
  });

  after(removeTemporaryDirectories);

  it("keeps ONNX Runtime from reporting to its maker: no look-up and no file", async () => {
    const home = temporaryDirectory("home");
    const settings = [`SM_MODEL_DIR=${model}`, "SAGEMAKER_BIND_TO_PORT=0", "KENNEL_WORKERS=1"];
    const command = [...settings, process.execPath, join(buildServer(), "serve.js")];
    const server = spawn(...isolated(home, command), { stdio: ["ignore", "pipe", "inherit"] });
    let log = "";
    server.stdout!.on("data", (text: Buffer) => (log += text.toString()));
    await wait(observedMs);
    const counters = readFileSync(`/proc/${server.pid}/net/snmp`, "utf8");
    server.kill("SIGKILL");
    assert.match(log, /"event":"ready"/);
    // Received, unknown port, errors, sent.
    assert.match(counters, /^Udp: 0 0 0 0 /m);
    assert.deepEqual(strangersIn(home), []);
  });

  it("is what keeps it: a program without it leaves files", () => {
    const home = temporaryDirectory("home");
    const load = `require("onnxruntime-node").InferenceSession.create("${join(model, "model.onnx")}")`;
    const [program, given] = isolated(home, [process.execPath, "-e", load]);
    assert.equal(spawnSync(program, given, { cwd: __dirname }).status, 0);
    assert.notDeepEqual(strangersIn(home), []);
  });
});
