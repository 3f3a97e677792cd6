import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as tar from "tar";
import { packDirectory } from "./archive";
import { writeModelDirectory } from "./testing/model-directory";

describe("packDirectory", () => {
  const directories: string[] = [];
  const model = (content?: string): string => {
    const directory = writeModelDirectory(content);
    directories.push(directory);
    return directory;
  };
  const pack = (directory: string) => packDirectory(directory, path.join(directory, ".cache"));

  afterEach(() => {
    for (const directory of directories.splice(0)) {
      fs.rmSync(directory, { recursive: true });
    }
  });

  it("packs the files at the top, where SageMaker expects them", () => {
    const names: string[] = [];
    tar.list({
      sync: true,
      file: pack(model()).path,
      onReadEntry: ({ path: name }) => names.push(name),
    });
    assert.deepEqual(names.sort(), ["classes.json", "model.onnx", "preprocess.json"]);
  });

  it("gives the same bytes for the same content, whenever and wherever it is", () => {
    const first = model();
    const second = model();
    fs.utimesSync(path.join(second, "model.onnx"), 1, 1);
    fs.chmodSync(path.join(second, "model.onnx"), 0o600);
    const [one, other] = [pack(first), pack(second)];
    assert.equal(one.contentHash, other.contentHash);
    assert.deepEqual(fs.readFileSync(one.path), fs.readFileSync(other.path));
  });

  it("packs what a link points to, and nothing where that is gone", () => {
    const [linked, directory] = [model(), model()];
    for (const name of fs.readdirSync(directory)) {
      fs.rmSync(path.join(directory, name));
      fs.symlinkSync(path.join(linked, name), path.join(directory, name));
    }
    fs.symlinkSync("nowhere", path.join(directory, "gone"));
    const [links, files] = [pack(directory), pack(linked)];
    assert.equal(links.contentHash, files.contentHash);
    assert.deepEqual(fs.readFileSync(links.path), fs.readFileSync(files.path));
  });

  it("gives another hash for another content", () => {
    assert.notEqual(pack(model("one")).contentHash, pack(model("other")).contentHash);
  });

  it("leaves no unfinished archive behind and packs once", () => {
    const directory = model();
    const { path: archive } = pack(directory);
    const { ino } = fs.statSync(archive);
    pack(directory);
    assert.equal(fs.statSync(archive).ino, ino);
    assert.deepEqual(fs.readdirSync(path.dirname(archive)), [path.basename(archive)]);
  });

  it("removes archives that nobody has asked for in a month, and those only", () => {
    const cache = path.join(model(), ".cache");
    const [first, second, third] = ["first", "second", "third"].map((content) => model(content));
    const [old, used] = [packDirectory(first!, cache).path, packDirectory(second!, cache).path];
    for (const archive of [old, used]) fs.utimesSync(archive, 1, 1);
    packDirectory(second!, cache);
    packDirectory(third!, cache);
    assert.ok(!fs.existsSync(old));
    assert.ok(fs.existsSync(used));
    assert.equal(packDirectory(first!, cache).path, old);
  });
});
