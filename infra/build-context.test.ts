import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildContext, type BuildContext } from "./build-context";

describe("buildContext", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-context-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  /** A checkout whose files have the permissions that git gives them under `umask`. */
  function checkOut(name: string, umask: number): string {
    const root = path.join(folder, name);
    const write = (file: string, content: string, mode: number): void => {
      const target = path.join(root, file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, content);
      fs.chmodSync(target, mode & ~umask);
      fs.chmodSync(path.dirname(target), 0o777 & ~umask);
    };
    write("app/Dockerfile", "FROM scratch\nCOPY app/source /app\n", 0o666);
    write("app/Dockerfile.dockerignore", "*\n!app/source\n", 0o666);
    write("app/source/main.ts", "main", 0o666);
    write("app/source/run", "#!/bin/sh", 0o777);
    write("app/notes.txt", "not sent", 0o666);
    return root;
  }

  const build = (root: string): BuildContext =>
    buildContext(root, "app/Dockerfile", path.join(root, ".cache"));

  /** Paths and permissions of all there is. */
  function entries(directory: string): string[] {
    return fs
      .readdirSync(directory, { recursive: true, encoding: "utf8" })
      .map((entry) => `${entry} ${fs.statSync(path.join(directory, entry)).mode.toString(8)}`)
      .sort();
  }

  it("holds the image's sources with the permissions that git records, whatever the umask", () => {
    const contexts = [0o022, 0o002, 0o077].map((umask) => {
      const former = process.umask(umask);
      try {
        return build(checkOut(umask.toString(8), umask));
      } finally {
        process.umask(former);
      }
    });
    for (const { directory, contentHash } of contexts) {
      assert.equal(contentHash, contexts[0]!.contentHash);
      assert.deepEqual(entries(directory), [
        "app 40755",
        "app/Dockerfile 100644",
        "app/source 40755",
        "app/source/main.ts 100644",
        "app/source/run 100755",
      ]);
    }
  });

  it("is another one with another byte, permission, name or Dockerfile, and the same with other files", () => {
    const root = checkOut("root", 0o022);
    const hashes = [build(root).contentHash];
    const change = (make: () => void): string => {
      make();
      return build(root).contentHash;
    };
    const file = (name: string): string => path.join(root, "app", name);
    hashes.push(change(() => fs.writeFileSync(file("source/main.ts"), "other")));
    hashes.push(change(() => fs.chmodSync(file("source/main.ts"), 0o755)));
    hashes.push(change(() => fs.renameSync(file("source/main.ts"), file("source/index.ts"))));
    hashes.push(change(() => fs.appendFileSync(file("Dockerfile"), "USER 1000\n")));
    assert.equal(new Set(hashes).size, hashes.length);
    assert.equal(
      change(() => fs.writeFileSync(file("notes.txt"), "other")),
      hashes.at(-1),
    );
  });
});
