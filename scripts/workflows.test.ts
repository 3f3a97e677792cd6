import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

const REPOSITORY = path.resolve(__dirname, "..");
const FOLDERS = [".github/workflows", "examples/github"].map((each) => path.join(REPOSITORY, each));
const WORKFLOWS = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".yml"))
    .map((file) => path.join(folder, file)),
);

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { readonly uses?: string; readonly run?: string }[] }>
  >;
}

describe("the workflows", function () {
  this.timeout(30_000);

  const run = (program: string, ...args: string[]): ReturnType<typeof spawnSync> => {
    const own = path.join(REPOSITORY, ".venv", "bin", program);
    const command = existsSync(own) ? own : program;
    return spawnSync(command, [...args, ...WORKFLOWS], { encoding: "utf8" });
  };

  for (const [program, ...args] of [
    ["actionlint"],
    ["zizmor", "--offline", "--no-progress", "--pedantic"],
  ] as const) {
    it(`please ${program}`, function () {
      const { error, status, stdout, stderr } = run(program, ...args);
      if (error !== undefined) {
        this.test!.title += ` (skipped: ${program} is not installed)`;
        this.skip();
      }
      assert.equal(status, 0, `${stdout}${stderr}`);
    });
  }

  it("release packages that are built, as the documents pack them", () => {
    const file = path.join(REPOSITORY, ".github", "workflows", "release.yml");
    const { jobs } = parse(readFileSync(file, "utf8")) as Workflow;
    const commands = jobs["packages"]!.steps.map(({ run = "" }) => run);
    assert.deepEqual(
      commands.filter((each) => / (pack|build) /.test(each)),
      [
        "npm run build --workspace policies",
        "npm pack ./policies/dist",
        "npm pack --workspace infra/library",
      ],
    );
  });

  it("pin every action by its commit, and start without permissions", () => {
    for (const file of WORKFLOWS) {
      const { permissions, jobs } = parse(readFileSync(file, "utf8")) as Workflow;
      assert.deepEqual(permissions, {}, file);
      for (const { uses } of Object.values(jobs).flatMap(({ steps }) => steps)) {
        assert.match(uses ?? "a/b@".padEnd(44, "0"), /^[\w./-]+@[0-9a-f]{40}$/, file);
      }
    }
  });
});
