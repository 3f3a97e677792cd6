import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { trainingSchema } from "../../infra/schema/training";
import { trainingOptions } from "./train-here";
import { trainerCommand } from "./trainer-command";

describe("what a trainer is told to run", () => {
  const job = trainingSchema.parse({
    hyperparameters: { "batch-size": 32, weights: `it's; $(rm -rf) "x"` },
    tuning: { jobs: 12, parallelJobs: 3 },
  });

  it("passes every character of an option on", () => {
    const options = trainingOptions("training", job);
    assert.deepEqual(options, ["--batch_size", "32", "--weights", `it's; $(rm -rf) "x"`]);
    const [, wait, train] = trainerCommand("training", options, "0123abc-dirty");
    assert.match(wait!, /\[ -x \/usr\/local\/bin\/kennel-train \] && break/);
    assert.match(train!, /^KENNEL_PROGRAM=train\.py KENNEL_COMMIT=0123abc-dirty \/usr\/local\/bin/);
    const words = train!.replace(/^.*kennel-train/, `printf '%s\\n'`);
    const said = execFileSync("bash", ["-c", words], { encoding: "utf8" });
    assert.equal(said, `${options.join("\n")}\n`);
  });

  it("leaves out of a search what it tunes", () => {
    const options = trainingOptions("tuning", job);
    assert.deepEqual(options.slice(2), ["--trials", "12", "--jobs", "3"]);
    assert.equal(options[0], "--weights");
    assert.match(
      trainerCommand("tuning", options, undefined)[2]!,
      /^KENNEL_PROGRAM=tune\.py \/usr/,
    );
  });
});
