import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { LogOutput } from "./log-output";

describe("LogOutput", () => {
  it("writes the first line at once and those that follow together, in order", async () => {
    const written: string[] = [];
    const output = new LogOutput((text) => written.push(text));
    for (const line of ["1\n", "2\n", "3\n"]) output.write(line);
    assert.deepEqual(written, ["1\n"]);
    while (written.length < 2) await wait(5);
    assert.deepEqual(written, ["1\n", "2\n3\n"]);
  });

  it("writes what is pending when it is told to, and only once", async () => {
    const written: string[] = [];
    const output = new LogOutput((text) => written.push(text));
    output.write("1\n");
    output.write("2\n");
    output.flush();
    output.flush();
    await wait(120);
    assert.deepEqual(written, ["1\n", "2\n"]);
  });
});
