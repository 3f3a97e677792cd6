import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { trainerUserData } from "./trainer-user-data";

describe("trainerUserData", () => {
  const script = trainerUserData({ bucket: "team-data", region: "eu-central-1" });
  let folder: string;

  /** The command that the script installs, with its folders moved below `folder`. */
  function installedCommand(): string {
    const moved = script
      .replaceAll("/etc/kennel.env", path.join(folder, "kennel.env"))
      .replaceAll("/usr/local/bin/kennel-train", path.join(folder, "kennel-train"))
      .replaceAll("/var/lib/kennel", path.join(folder, "work"));
    execFileSync("bash", ["-c", moved]);
    return path.join(folder, "kennel-train");
  }

  function writeProgram(file: string, body: string): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(
      file,
      `#!/bin/bash\necho "$(basename "$0") $*" >> "${folder}/calls"\n${body}\n`,
    );
    fs.chmodSync(file, 0o755);
  }

  /** Runs the installed command with stand-ins for the AWS CLI and Python that write down how they were called. */
  function train(exitCode: number, ...options: string[]): string {
    const command = installedCommand();
    const code = path.join(folder, "code");
    fs.mkdirSync(code);
    writeProgram(
      path.join(folder, "bin", "aws"),
      `case "$*" in *code/*) tar -cz -C "${code}" . ;; *" - s3://"*) cat > /dev/null ;; esac`,
    );
    writeProgram(path.join(folder, "work", "venv", "bin", "python"), `exit ${exitCode}`);
    return execFileSync(command, options, {
      encoding: "utf8",
      stdio: "pipe",
      env: { ...process.env, PATH: `${folder}/bin:${process.env["PATH"]}` },
    });
  }

  function calls(): string[] {
    return fs.readFileSync(path.join(folder, "calls"), "utf8").trimEnd().split("\n");
  }

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-user-data-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it("fits into EC2's 16 KB", () => {
    assert.ok(Buffer.byteLength(script) < 16 * 1024);
  });

  it("installs a command that fetches, trains and uploads", () => {
    const output = train(0, "--epochs", "5");
    const [code, data, training, model] = calls();
    assert.match(code!, /^aws s3 cp .*s3:\/\/team-data\/code\/training-scripts\.tar\.gz -$/);
    assert.match(data!, /^aws s3 sync .*s3:\/\/team-data\/data\/ /);
    assert.match(training!, /^python .*train\.py --data .*--model_dir .* --epochs 5$/);
    assert.match(model!, /^aws s3 cp .*- s3:\/\/team-data\/models\/\d{8}T\d{6}Z\/model\.tar\.gz$/);
    assert.match(output, /models\/\d{8}T\d{6}Z\/model\.tar\.gz/);
  });

  it("uploads nothing when the training fails", () => {
    assert.throws(() => train(3), { status: 3 });
    assert.match(calls().at(-1)!, /^python /);
  });
});
