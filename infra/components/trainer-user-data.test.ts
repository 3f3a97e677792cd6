import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stopCommand, stopWhenIdle, trainCommand, trainerUserData } from "./trainer-user-data";

// The first-boot script itself is for root on a machine of its own: it is parsed here, never run. What it installs is run
// with its files moved to a temporary folder and stand-ins for every program that reaches beyond it.

const args = {
  bucket: "team-data",
  region: "eu-central-1",
  logGroup: "/kennel/trainer",
  idleMinutes: 45,
};

let folder: string;

function installProgram(name: string, body: string): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, body);
  fs.chmodSync(file, 0o755);
  return file;
}

/** Stands in for a program: writes down how it was called. */
function standIn(name: string, body = ""): void {
  const note = `echo "$(basename "$0") $*" >> "${folder}/calls"`;
  installProgram(name, `#!/bin/bash\n${note}\n${body}\n`);
}

function calls(): string[] {
  const file = path.join(folder, "calls");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trimEnd().split("\n") : [];
}

describe("the trainer's first boot", () => {
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-user-data-"));
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  describe("script", () => {
    const script = trainerUserData(args);

    it("parses and fits into EC2's 16 KB", () => {
      execFileSync("bash", ["-n"], { input: script });
      assert.ok(Buffer.byteLength(script) < 16 * 1024);
    });

    it("installs the command and the check", () => {
      assert.ok(script.includes(`/kennel-train <<'SCRIPT'\n${trainCommand}SCRIPT\n`));
      assert.ok(script.includes(`/stop-when-idle <<'SCRIPT'\n${stopWhenIdle(45)}SCRIPT\n`));
      assert.match(script, /^KENNEL_BUCKET=team-data$/m);
      assert.match(script, /^AWS_DEFAULT_REGION=eu-central-1$/m);
    });

    it("looks every five minutes, with a path on which programs are found", () => {
      const table = /<<'CRON'\n([\s\S]*?)CRON\n/.exec(script)?.[1] ?? "";
      // Entries of /etc/cron.d run with /usr/bin and /bin alone when they say nothing.
      assert.match(table, /^PATH=.*\/usr\/local\/bin:\/usr\/sbin:/m);
      assert.match(table, /^\*\/5 \* \* \* \* root stop-when-idle$/m);
    });

    it("ends the search for spare capacity where it stands in for it", () => {
      const groups = { spot: "kennel-dev-trainer-spot", onDemand: "kennel-dev-trainer-on-demand" };
      const text = trainerUserData({ ...args, groups });
      execFileSync("bash", ["-n"], { input: text });
      assert.ok(Buffer.byteLength(text) < 16 * 1024);
      assert.match(text, /^KENNEL_GROUPS="kennel-dev-trainer-spot kennel-dev-trainer-on-demand"$/m);
      const block = /^metadata=[\s\S]*?^fi$/m.exec(text)?.[0] ?? "";
      for (const [lifeCycle, expected] of [
        ["spot", []],
        [
          "on-demand",
          [
            "aws autoscaling set-desired-capacity --region eu-central-1 --auto-scaling-group-name kennel-dev-trainer-spot --desired-capacity 0",
          ],
        ],
      ] as const) {
        fs.rmSync(path.join(folder, "calls"), { force: true });
        standIn("bin/aws");
        installProgram("bin/curl", `#!/bin/bash\necho ${lifeCycle}\n`);
        const environment = { PATH: `${folder}/bin:${process.env["PATH"]}` };
        execFileSync("bash", ["-euo", "pipefail", "-c", block], { env: environment });
        assert.deepEqual(calls(), expected);
      }
      assert.doesNotMatch(script, /instance-life-cycle|KENNEL_GROUPS=/);
    });

    it("sends the file that the command writes to the log group", () => {
      const settings = /<<'SETTINGS'\n(.*)\nSETTINGS/.exec(script)?.[1] ?? "";
      const { logs } = JSON.parse(settings) as {
        logs: { logs_collected: { files: { collect_list: Record<string, string>[] } } };
      };
      const [file] = logs.logs_collected.files.collect_list;
      assert.equal(file?.["log_group_name"], "/kennel/trainer");
      assert.ok(trainCommand.includes(`KENNEL_LOG:-${file["file_path"]}`));
    });

    it("quotes what it passes to a first training", () => {
      const text = trainerUserData({ ...args, firstTraining: { backbone: "it's; rm -rf" } });
      execFileSync("bash", ["-n"], { input: text });
      const line = text.split("\n").find((candidate) => candidate.startsWith("systemd-run"));
      const words = execFileSync(
        "bash",
        ["-c", `systemd-run() { printf '%s\\n' "$@"; }; ${line}`],
        { encoding: "utf8" },
      );
      assert.match(words, /^kennel-train --backbone 'it'\\''s; rm -rf'; kennel-stop$/m);
    });
  });

  /** Runs the command with stand-ins for the AWS CLI and for Python, which does what `python` says. */
  function train(
    settings: string,
    { python, secondsOfSleep }: { python: string; secondsOfSleep: number },
    ...options: string[]
  ): string {
    const command = installProgram("kennel-train", trainCommand);
    fs.writeFileSync(path.join(folder, "kennel.env"), `KENNEL_BUCKET=team-data\n${settings}`);
    fs.mkdirSync(path.join(folder, "code"));
    standIn(
      "bin/aws",
      `case "$*" in *code/*) tar -cz -C "${folder}/code" . ;; *" - s3://"*) cat > /dev/null ;; esac`,
    );
    standIn("work/venv/bin/python", python);
    // Nobody waits a minute here.
    installProgram("bin/sleep", `#!/bin/bash\nexec /bin/sleep ${secondsOfSleep}\n`);
    return execFileSync(command, options, {
      encoding: "utf8",
      stdio: "pipe",
      env: {
        PATH: `${folder}/bin:${process.env["PATH"]}`,
        KENNEL_SETTINGS: path.join(folder, "kennel.env"),
        KENNEL_WORK: path.join(folder, "work"),
        KENNEL_LOG: path.join(folder, "train.log"),
      },
    });
  }

  describe("kennel-train", () => {
    /** A training that writes its report and ends with `exitCode`. */
    const training = (exitCode: number) => ({
      python: `for output in "${folder}"/work/runs/*/output; do touch "$output/report.html"; done; exit ${exitCode}`,
      secondsOfSleep: 0.1,
    });

    it("fetches, trains and uploads", () => {
      const output = train("", training(0), "--epochs", "5");
      const [code, data, trained, model, report] = calls();
      assert.match(code!, /^aws s3 cp .*s3:\/\/team-data\/code\/training-scripts\.tar\.gz -$/);
      assert.match(data!, /^aws s3 sync .*s3:\/\/team-data\/data\/ /);
      assert.match(trained!, /^python .*train\.py --data .*--model_dir .* --epochs 5$/);
      assert.match(
        model!,
        /^aws s3 cp .*- s3:\/\/team-data\/models\/\d{8}T\d{6}Z\/model\.tar\.gz$/,
      );
      assert.match(report!, /report\.html s3:\/\/team-data\/models\/\d{8}T\d{6}Z\/report\.html$/);
      assert.match(output, /The model is models\/\d{8}T\d{6}Z\/model\.tar\.gz/);
      assert.equal(fs.readFileSync(path.join(folder, "train.log"), "utf8"), output);
    });

    it("uploads nothing when the training fails", () => {
      assert.throws(() => train("", training(3)), { status: 3 });
      assert.match(calls().at(-1)!, /^python /);
    });
  });

  describe("kennel-train on spare capacity", () => {
    it("goes on from what the bucket kept, and keeps what the next instance would need", () => {
      train('KENNEL_GROUPS="spot on-demand"\n', {
        python: "/bin/sleep 0.4",
        secondsOfSleep: 0.05,
      });
      const kept = calls().filter((call) => call.includes("cache/trainer/"));
      const there = `${folder}/work/kept`;
      const bucket = "s3://team-data/cache/trainer/";
      assert.equal(kept[0], `aws s3 sync --only-show-errors ${bucket} ${there}`);
      assert.equal(kept.at(-1), `aws s3 sync --only-show-errors ${there} ${bucket}`);
      const trained = calls().findIndex((call) => call.startsWith("python"));
      const during = calls().indexOf(kept.at(-1)!, trained);
      const uploaded = calls().findIndex((call) => call.includes("/model.tar.gz"));
      assert.ok(trained < during && during < uploaded, calls().join("\n"));
    });
  });

  describe("kennel-stop", () => {
    function stop(settings: string): string[] {
      const command = installProgram("kennel-stop", stopCommand);
      fs.writeFileSync(path.join(folder, "kennel.env"), settings);
      standIn("bin/aws");
      standIn("bin/shutdown");
      execFileSync(command, [], {
        env: {
          PATH: `${folder}/bin:${process.env["PATH"]}`,
          KENNEL_SETTINGS: path.join(folder, "kennel.env"),
        },
      });
      return calls();
    }

    it("shuts down an instance of its own", () => {
      assert.deepEqual(stop(""), ["shutdown -h now"]);
    });

    it("lets no group want an instance any more, so that none replaces this one", () => {
      assert.deepEqual(stop('KENNEL_GROUPS="spot on-demand"\n'), [
        "aws autoscaling set-desired-capacity --auto-scaling-group-name spot --desired-capacity 0",
        "aws autoscaling set-desired-capacity --auto-scaling-group-name on-demand --desired-capacity 0",
      ]);
    });
  });

  describe("stop-when-idle", () => {
    /** Runs the check with nothing on its path but stand-ins and two harmless programs. */
    function check(who: string, minutesSinceUse?: number): string[] {
      const program = installProgram("stop-when-idle", stopWhenIdle(45));
      standIn("bin/kennel-stop");
      installProgram("bin/who", `#!/bin/bash\nprintf '${who}'\n`);
      installProgram("bin/pgrep", "#!/bin/bash\nexit 1\n");
      for (const harmless of ["basename", "find", "touch"]) {
        const found = execFileSync("bash", ["-c", `command -v ${harmless}`], { encoding: "utf8" });
        fs.symlinkSync(found.trim(), path.join(folder, "bin", harmless));
      }
      const mark = path.join(folder, "last-use");
      if (minutesSinceUse !== undefined) {
        const then = Date.now() / 1000 - minutesSinceUse * 60;
        fs.writeFileSync(mark, "");
        fs.utimesSync(mark, then, then);
      }
      execFileSync("/bin/bash", [program], {
        env: { PATH: path.join(folder, "bin"), KENNEL_LAST_USE: mark },
      });
      return calls();
    }

    it("stops what nobody has used for long", () => {
      assert.deepEqual(check("", 50), ["kennel-stop"]);
    });

    it("waits where it was used lately", () => {
      assert.deepEqual(check("", 40), []);
    });

    it("waits where somebody is logged in, and counts from then on", () => {
      assert.deepEqual(check("ubuntu pts/0", 50), []);
      const { mtimeMs } = fs.statSync(path.join(folder, "last-use"));
      assert.ok(Date.now() - mtimeMs < 60_000);
    });

    it("waits after the start", () => {
      assert.deepEqual(check(""), []);
    });
  });
});
