import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { containerNames, dockerContextFiles } from "./docker-context";
import { projectRoot } from "./project-root";

describe("dockerContextFiles", () => {
  let root: string;
  const write = (file: string, content = ""): void => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), content);
  };
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-context-"));
    for (const file of [
      "app/Dockerfile",
      "app/main.ts",
      "app/fixtures/a.jpg",
      "lib/x.ts",
      "lib/x.spec.ts",
      "other.txt",
    ]) {
      write(file);
    }
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true });
  });

  it("is what the allow-list lets through", () => {
    write(
      "app/Dockerfile.dockerignore",
      "# note\n*\n!lib\n!app/main.ts\n!app/fixtures\n**/fixtures\n**/*.spec.ts\n",
    );
    assert.deepEqual(dockerContextFiles(root, "app/Dockerfile"), [
      "app/Dockerfile",
      "app/main.ts",
      "lib/x.ts",
    ]);
  });

  it("asks for the list where there is none", () => {
    assert.throws(
      () => dockerContextFiles(root, "app/Dockerfile"),
      /app\/Dockerfile\.dockerignore is missing/,
    );
  });

  for (const text of ["node_modules\n", "*\n!lib\nlib/x.ts\n", ""]) {
    it(`refuses another form: ${JSON.stringify(text)}`, () => {
      write("app/Dockerfile.dockerignore", text);
      assert.throws(() => dockerContextFiles(root, "app/Dockerfile"), /is not an allow-list/);
    });
  }

  it("reads this repository's own lists", () => {
    const files = dockerContextFiles(projectRoot, "containers/inference/Dockerfile");
    assert.ok(files.includes("package-lock.json"));
    assert.ok(files.some((file) => file.startsWith("functions/fetch-photo/")));
    assert.ok(files.every((file) => !file.endsWith(".test.ts")));
  });
});

describe("containerNames", () => {
  it("finds every folder with a Dockerfile", () => {
    const names = containerNames(projectRoot);
    assert.ok(names.includes("inference"), names.join());
    for (const name of names) {
      assert.ok(dockerContextFiles(projectRoot, `containers/${name}/Dockerfile`).length > 1, name);
    }
  });
});
