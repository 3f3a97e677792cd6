import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hashFiles, listFiles } from "./content-hash";

describe("content hash", () => {
  let root: string;
  const write = (file: string, content: string): void => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), content);
  };
  const hash = (): string => hashFiles(root, listFiles(root, "source"));

  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-hash-"));
    write("source/b.ts", "b");
    write("source/a/a.ts", "a");
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });

  it("lists files in the same order everywhere", () => {
    assert.deepEqual(listFiles(root, "source"), ["source/a/a.ts", "source/b.ts"]);
    assert.deepEqual(listFiles(root, "source/b.ts"), ["source/b.ts"]);
  });

  it("ignores what is built, installed or only tested", () => {
    const before = hash();
    write("source/node_modules/x/index.js", "x");
    write("source/dist/serve.js", "x");
    write("source/b.test.ts", "x");
    write("source/__pycache__/b.pyc", "x");
    assert.equal(hash(), before);
  });

  it("does not depend on dates", () => {
    const before = hash();
    fs.utimesSync(path.join(root, "source/b.ts"), 0, 0);
    assert.equal(hash(), before);
  });

  it("changes with a byte, with a name and with where the bytes are", () => {
    const hashes = [hash()];
    write("source/b.ts", "c");
    hashes.push(hash());
    fs.renameSync(path.join(root, "source/b.ts"), path.join(root, "source/c.ts"));
    hashes.push(hash());
    write("source/a/a.ts", "ac");
    write("source/c.ts", "");
    hashes.push(hash());
    assert.equal(new Set(hashes).size, hashes.length);
  });
});
