import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

import { chromium } from "playwright-core";

import { runKennel, startKennel } from "../testing/run-kennel";
import { samplePhotos } from "./photos";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (file) => existsSync(file),
);

describe("the whole path on this machine", function () {
  this.timeout(90_000);

  it("judges the stack, classifies every sample photo as what it shows, and ends", async () => {
    const { code, stdout, stderr } = await runKennel("local", "--once");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /PASS .*rules of the pack "kennel"/);
    assert.doesNotMatch(stdout, /^\{/m, "the function's logs and metrics are not for this reader");
    for (const photo of samplePhotos().map((file) => path.basename(file))) {
      const label = photo.replace(/-\d+\.jpg$/, "");
      assert.match(stdout, new RegExp(`${photo}\\s+${label}\\s+\\d+\\.\\d %`));
    }
  });

  it("names a port that is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const run = await runKennel("local", "--port", String(port));
    other.close();
    assert.equal(run.code, 1);
    assert.match(run.stderr, new RegExp(`port ${port} on 127\\.0\\.0\\.1 is in use`));
  });

  describe("with its page", () => {
    let kennel: ChildProcess;
    let url: string;

    before(async () => {
      kennel = startKennel("local", "--port", "0");
      url = await pageAddress(kennel);
    });

    after(async () => {
      if (kennel.exitCode === null) {
        kennel.kill("SIGINT");
        await once(kennel, "exit");
      }
    });

    it("shows the judged stack, and classifies a photo that is dropped on it", async function () {
      if (CHROMIUM === undefined) {
        this.skip();
      }
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
      });
      try {
        const page = await browser.newPage();
        const complaints: string[] = [];
        page.on(
          "console",
          (message) => message.type() === "error" && complaints.push(message.text()),
        );
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.goto(url);
        await page
          .locator("#verdict", { hasText: /^PASS: \d+ rules judged \d+ resources/ })
          .waitFor();
        assert.ok((await page.locator("#resources tr").count()) > 20);
        const star = samplePhotos().find((file) => path.basename(file).startsWith("star"))!;
        await page.locator("#file").setInputFiles(star);
        const best = page.locator(".prediction").first();
        await best.waitFor();
        assert.match((await best.textContent())!, /^star\d+\.\d %$/);
        await page.getByRole("button", { name: "heart-1.jpg" }).click();
        await page.locator(".prediction", { hasText: "heart" }).first().waitFor();
        await page.locator("#file").setInputFiles({
          name: "text.jpg",
          mimeType: "image/jpeg",
          buffer: Buffer.from("hello"),
        });
        const refusal = page.locator(".refused");
        await refusal.waitFor();
        assert.match((await refusal.textContent())!, /JPEG/);
        const unexpected = complaints.filter((each) => !each.includes("415"));
        assert.deepEqual(unexpected, []);
      } finally {
        await browser.close();
      }
    });

    it("answers an empty upload with a 4xx and stays up", async () => {
      const response = await fetch(new URL("/classify", url), {
        method: "POST",
        headers: { "content-type": "image/jpeg" },
        body: "",
      });
      assert.ok(response.status >= 400 && response.status < 500, String(response.status));
      assert.equal((await fetch(new URL("/stack", url))).status, 200);
    });

    it("ends with exit code 0 on Ctrl+C and takes the server with it", async () => {
      const started = startedBy(kennel.pid!);
      assert.ok(started.length > 0);
      kennel.kill("SIGINT");
      const [code] = (await once(kennel, "exit")) as [number | null];
      assert.equal(code, 0);
      assert.ok(!areRunning(started));
    });
  });

  it("takes what it has started with it when it is stopped before its page is up", async () => {
    const kennel = startKennel("local", "--once");
    const ended = once(kennel, "exit");
    let started: number[] = [];
    // The inference server and the policy pack.
    while (started.length < 2) {
      await wait(20);
      started = startedBy(kennel.pid!);
    }
    kennel.kill("SIGTERM");
    assert.deepEqual(await ended, [143, null]);
    while (areRunning(started)) {
      await wait(20);
    }
  });
});

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

function pageAddress(kennel: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: kennel.stdout! }).on("line", (line) => {
      const found = /Drop a photo on (http:\S+)/.exec(line)?.[1];
      if (found !== undefined) {
        resolve(found);
      }
    });
    kennel.once("exit", (code) => reject(new Error(`kennel ended with ${code}`)));
  });
}
