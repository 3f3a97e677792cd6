import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { setTimeout as wait } from "node:timers/promises";

import { REPOSITORY, SAMPLE_MODEL } from "../repository";
import { pageAddress, runKennel, startKennel } from "../testing/run-kennel";
import { samplePhotos, sampleSubject } from "./photos";

const CLASSES = JSON.parse(
  readFileSync(path.join(SAMPLE_MODEL, "classes.json"), "utf8"),
) as readonly string[];
const BREEDS = new Set(CLASSES.map((name) => name.toLowerCase()));

describe("the whole path on this machine", function () {
  this.timeout(90_000);

  it("judges the stack, names every sample photo's breed, and ends", async () => {
    const { code, stdout, stderr } = await runKennel("local", "--once");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /PASS .*rules of the pack "kennel"/);
    const readme = readFileSync(path.join(REPOSITORY, "README.md"), "utf8");
    const [, shown] = /```text\n(kennel\/dev: [^…]*)…/.exec(readme)!;
    assert.ok(stripVTControlCharacters(stdout).includes(shown!), `README.md shows\n${shown!}`);
    assert.doesNotMatch(stdout, /^\{/m, "the function's logs and metrics are not for this reader");
    for (const photo of samplePhotos()) {
      const subject = sampleSubject(photo);
      const answer = BREEDS.has(subject) ? subject : "not a dog";
      const row = new RegExp(`${path.basename(photo)}\\s+${answer}\\s+\\d+\\.\\d %`, "i");
      assert.match(stdout, row);
    }
  });

  it("names a port that is in use before it starts anything", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const run = await runKennel("local", "--port", String(port));
    other.close();
    assert.equal(run.code, 2);
    assert.match(run.stderr, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`));
    assert.doesNotMatch(run.stderr, /Checking/);
  });

  it("answers an empty upload and too large a one with a 4xx, and ends on Ctrl+C with what it started", async () => {
    const kennel = startKennel("local", "--port", "0");
    const url = await pageAddress(kennel);
    const ask = async (body: BodyInit) => {
      const headers = { "content-type": "image/jpeg" };
      return (await fetch(new URL("/classify", url), { method: "POST", headers, body })).status;
    };
    assert.equal(await ask(""), 400);
    assert.equal(await ask(new Uint8Array(5_000_000)), 413);
    assert.equal((await fetch(new URL("/stack", url))).status, 200);
    const started = startedBy(kennel.pid!);
    assert.ok(started.length > 0);
    kennel.kill("SIGINT");
    assert.deepEqual(await once(kennel, "exit"), [0, null]);
    assert.ok(!areRunning(started));
  });

  it("takes what it has started with it when it is stopped before its page is up", async () => {
    const kennel = startKennel("local", "--once");
    const started = await bothPrograms(kennel.pid!);
    const ended = once(kennel, "exit");
    kennel.kill("SIGTERM");
    assert.deepEqual(await ended, [null, "SIGTERM"]);
    await haveEnded(started);
  });

  it("takes what it has started with it when it is killed", async () => {
    const kennel = startKennel("local", "--once");
    const started = await bothPrograms(kennel.pid!);
    kennel.kill("SIGKILL");
    await haveEnded(started);
  });

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`ends with the npm that has started it, by ${signal}`, async () => {
      const npm = spawn("npm", ["start", "--", "--once"], { cwd: REPOSITORY, stdio: "ignore" });
      let kennel: number | undefined;
      while (kennel === undefined) {
        await wait(100);
        [kennel] = startedBy(npm.pid!);
      }
      const started = await bothPrograms(kennel);
      npm.kill(signal);
      await haveEnded([kennel, ...started]);
    });
  }
});

/** The inference server and the policy pack. */
async function bothPrograms(kennel: number): Promise<number[]> {
  let started: number[] = [];
  while (started.length < 2) {
    await wait(100);
    started = startedBy(kennel);
  }
  return started;
}

async function haveEnded(ids: readonly number[]): Promise<void> {
  while (areRunning(ids)) {
    await wait(100);
  }
}

interface RunningProcess {
  readonly id: number;
  readonly parent: number;
}

/** Without those that have ended, and whose parent has not noticed. */
function runningProcesses(): RunningProcess[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,stat="], { encoding: "utf8" });
  const rows = stdout.trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , state]) => !state!.startsWith("Z"))
    .map(([id, parent]) => ({ id: Number(id), parent: Number(parent) }));
}

/** Ids of the processes that a process has started. */
function startedBy(parent: number): number[] {
  return runningProcesses()
    .filter((each) => each.parent === parent)
    .map(({ id }) => id);
}

function areRunning(ids: readonly number[]): boolean {
  return runningProcesses().some(({ id }) => ids.includes(id));
}
