import assert from "node:assert/strict";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { attackOf, runBatch } from "./fuzzer";
import { FuzzedServer, fuzzPhotos } from "./fuzzed-server";
import { removeTemporaryDirectories } from "./model-files";
import { stopServers } from "./server-process";

const seedsOf = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => from + index);

/** Which hundreds of attacks are made: `FUZZ_HUNDREDS=2-50 npx mocha --timeout 0 …` makes others than `npm test`. */
const [firstHundred = 1, lastHundred = firstHundred] = (process.env.FUZZ_HUNDREDS ?? "1")
  .split("-")
  .map(Number);

describe("hostile requests", () => {
  after(() => {
    stopServers();
    removeTemporaryDirectories();
  });

  it("are answered with reasons, and a sound photo is served right afterwards", async () => {
    const server = await FuzzedServer.start();
    const photos = fuzzPhotos();
    for (let first = 100 * firstHundred - 99; first < 100 * lastHundred; first += 50) {
      const { findings, statuses } = await server.attack(photos, seedsOf(first, 50));
      assert.deepEqual(findings, []);
      assert.ok(Object.keys(statuses).length > 5, JSON.stringify(statuses));
    }
    await server.stop();
  });

  it("are the same for the same seed", () => {
    const photos = fuzzPhotos();
    for (const seed of seedsOf(1, 50)) {
      assert.deepEqual(attackOf(photos, seed), attackOf(photos, seed));
    }
  });

  for (const [what, answer, problem] of [
    ["a trace", (_request, response) => response.end("Error\n    at f (server.js:1:2)"), /a trace/],
    [
      "status 500",
      (_request, response) => response.writeHead(500, { "content-length": 2 }).end("{}"),
      /status 500/,
    ],
    [
      "no reason",
      (_request, response) => response.writeHead(404, { "content-length": 9 }).end("Not found"),
      /without a reason/,
    ],
    ["nothing", (_request, response) => response.destroy(), /no answer/],
  ] as readonly (readonly [string, RequestListener, RegExp])[]) {
    it(`show a server that answers with ${what}`, async () => {
      const server = createServer(answer).listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as AddressInfo;
      const { findings } = await runBatch(port, fuzzPhotos(), complete(fuzzPhotos(), 10));
      close(server);
      assert.ok(findings.length > 0);
      for (const finding of findings) assert.match(finding.problem, problem);
    });
  }
});

/** Seeds of attacks that are complete requests. */
function complete(photos: readonly Buffer[], count: number): number[] {
  return seedsOf(1, 200)
    .filter((seed) => attackOf(photos, seed).name === "body")
    .slice(0, count);
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}
