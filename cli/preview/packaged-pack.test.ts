import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

import { buildPack } from "../../policies/build";
import { rules } from "../../policies/rules";
import { REPOSITORY } from "../repository";
import { Analyzer } from "./analyzer";

describe("the pack as a package", function () {
  this.timeout(60_000);

  let directory: string;

  before(() => {
    // Below the repository, so that its dependencies are found as they would be beside an installed package.
    const cache = join(REPOSITORY, ".cache");
    mkdirSync(cache, { recursive: true });
    directory = mkdtempSync(join(cache, "pack-"));
  });

  after(() => rmSync(directory, { recursive: true }));

  it("packs, unpacks and starts as a policy pack with every rule", async () => {
    execFileSync("npm", ["pack", buildPack(), "--silent", "--pack-destination", directory], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    execFileSync("tar", ["-xzf", join(directory, "kennel-policies-0.1.0.tgz"), "-C", directory]);
    const analyzer = await Analyzer.start(join(directory, "package"));
    try {
      const described = await analyzer.describe();
      const missing = rules.filter(({ name }) => !described.rules.includes(name));
      assert.equal(described.name, "kennel");
      assert.deepEqual(missing, []);
    } finally {
      analyzer.stop();
    }
  });
});
