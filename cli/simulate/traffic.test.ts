import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { rateSummary, readTraffic, type Traffic } from "./traffic";

describe("a traffic file", () => {
  let directory: string;
  before(() => (directory = mkdtempSync(path.join(os.tmpdir(), "kennel-traffic-"))));
  after(() => rmSync(directory, { recursive: true }));

  const read = (text: string): Traffic => {
    const file = path.join(directory, "traffic.csv");
    writeFileSync(file, text);
    return readTraffic(file);
  };

  it("has a rate that holds until the next line, the last one for as long as the one before", () => {
    const traffic = read("second,rate\n100,2\n\n160,5\n");
    assert.deepEqual(traffic, {
      steps: [
        { second: 0, requestsPerSecond: 2 },
        { second: 60, requestsPerSecond: 5 },
      ],
      seconds: 120,
    });
    assert.deepEqual(rateSummary(traffic), { lowest: 2, mean: 3.5, highest: 5 });
    assert.equal(read("0,7").seconds, 60);
  });

  for (const [what, text, message] of [
    ["time that goes back", "10,1\n5,1", /line 2 is "5,1"\. Expected: seconds that grow/],
    ["no number", "0,1\n1,many", /line 2 is "1,many"/],
    ["a negative rate", "0,-1", /line 1/],
    ["a third column", "0,1,2", /line 1/],
    ["a rate that is left out", "0,1\n10,", /line 2 is "10,"/],
    ["what is not decimal", "0x10,1", /line 1/],
    ["no end", "0,1\nInfinity,0", /line 2/],
    ["nothing", "\n", /has no line/],
  ] as const) {
    it(`refuses ${what}, and names the line`, () => {
      assert.throws(() => read(text), message);
    });
  }

  it("names a file that is not there", () => {
    assert.throws(() => readTraffic(path.join(directory, "none")), /ENOENT: .*none/);
  });
});
