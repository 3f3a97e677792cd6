import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { partitionOf, partitions } from "./partitions";

interface Botocore {
  readonly partitions: readonly {
    readonly id: string;
    readonly outputs: { readonly dnsSuffix: string };
    readonly regions: Readonly<Record<string, unknown>>;
  }[];
}

describe("partitions", () => {
  const libraries = join(__dirname, "../../.venv/lib");
  const file = (existsSync(libraries) ? readdirSync(libraries) : [])
    .map((python) => join(libraries, python, "site-packages/botocore/data/partitions.json"))
    .find((path) => existsSync(path));

  it("are those of botocore, with its suffixes and all of its regions", function () {
    if (file === undefined) {
      this.skip();
    }
    const known = (JSON.parse(readFileSync(file, "utf8")) as Botocore).partitions;
    assert.deepEqual(
      partitions.map(({ id, dnsSuffix }) => `${id} ${dnsSuffix}`).sort(),
      known.map(({ id, outputs }) => `${id} ${outputs.dnsSuffix}`).sort(),
    );
    for (const { id, regions } of known) {
      for (const region of Object.keys(regions).filter((name) => !name.endsWith("-global"))) {
        assert.equal(partitionOf(region)?.id, id, region);
      }
    }
  });

  it("have no region that is none", () => {
    for (const text of ["ireland", "eu-west", "eusc-east-1x", "us-east-1a", "US-EAST-1", ""]) {
      assert.equal(partitionOf(text), undefined, text);
    }
  });
});
