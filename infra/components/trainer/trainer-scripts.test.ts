import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { trainerSchema } from "../../schema/trainer";
import { scriptsDirectory, trainerKeys, trainerSettings, trainerUserData } from "./trainer-scripts";

// The scripts are run with their files moved to a temporary folder, and stand-ins for every program that reaches beyond it.

const home = { bucket: "team-data", region: "eu-central-1" };
const groups = { spot: "dev-spot", onDemand: "dev-on-demand" };
const scripts = fs.readdirSync(scriptsDirectory).filter((name) => name.endsWith(".sh"));

let folder: string;

const inFolder = (...parts: string[]): string => path.join(folder, ...parts);

function installProgram(name: string, body: string): string {
  const file = inFolder(name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, body);
  fs.chmodSync(file, 0o755);
  return file;
}

/** Stands in for a program: writes down how it was called. */
function standIn(name: string, body = ""): void {
  const note = `echo "$(basename "$0") $*" >> "${inFolder("calls")}"`;
  installProgram(`bin/${name}`, `#!/bin/bash\n${note}\n${body}\n`);
}

/** The scripts' calls since the last time, but for those that only fetch the settings. */
function calls(): string[] {
  const file = inFolder("calls");
  const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trimEnd().split("\n") : [];
  fs.rmSync(file, { force: true });
  return lines
    .map((line) => line.trim())
    .filter((line) => !line.endsWith(`${trainerKeys.settings} -`));
}

/** What the bucket holds: settings as the program writes them. */
function settings(written: object = {}, more: object = {}): void {
  const trainer = trainerSchema.parse({ instanceType: "t3.large", idleMinutes: 45, ...written });
  const text = trainerSettings(trainer, { ...home, logGroup: "/kennel/trainer", ...more });
  fs.writeFileSync(inFolder("settings-in-bucket"), text);
}

/** Variables that whoever runs a script sets. */
let added: Record<string, string> = {};

function environment(): NodeJS.ProcessEnv {
  return {
    PATH: `${inFolder("bin")}:${process.env["PATH"]}`,
    KENNEL_ROOT: folder,
    KENNEL_HOME: folder,
    KENNEL_ENVIRONMENT: inFolder("kennel.env"),
    KENNEL_WORK: inFolder("work"),
    KENNEL_LOG: inFolder("train.log"),
    KENNEL_LAST_USE: inFolder("last-use"),
    KENNEL_AGENT: inFolder("agent"),
    ...added,
  };
}

function run(script: string, ...args: string[]) {
  const answer = spawnSync("bash", [path.join(scriptsDirectory, script), ...args], {
    encoding: "utf8",
    env: environment(),
  });
  return { status: answer.status, output: answer.stdout, errors: answer.stderr };
}

describe("the trainer's scripts", () => {
  beforeEach(() => {
    added = {};
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "kennel-trainer-"));
    for (const name of ["code", "work", "agent/etc", "etc/cron.d", "usr/local/bin"]) {
      fs.mkdirSync(inFolder(name), { recursive: true });
    }
    fs.writeFileSync(inFolder("code/requirements.txt"), "torch==1\n");
    fs.writeFileSync(inFolder("kennel.env"), "KENNEL_BUCKET=team-data\n");
    standIn(
      "aws",
      `case "$*" in
        *${trainerKeys.settings}*) cat "${inFolder("settings-in-bucket")}" ;;
        *${trainerKeys.code}*) tar -cz -C "${inFolder("code")}" . ;;
        *" - s3://"*) cat > /dev/null ;;
      esac`,
    );
    for (const name of ["settings", "train", "stop", "watch"]) {
      const script = fs.readFileSync(path.join(scriptsDirectory, `kennel-${name}.sh`), "utf8");
      installProgram(`bin/kennel-${name}`, script);
    }
    for (const name of ["shutdown", "systemd-run", "apt-get", "kennel-stop"]) {
      standIn(name);
    }
    installProgram("bin/who", "#!/bin/bash\n");
    installProgram("bin/pgrep", "#!/bin/bash\nexit 1\n");
    // Nobody waits here.
    installProgram("bin/sleep", "#!/bin/bash\nexec /bin/sleep 0.05\n");
    settings();
  });
  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it("pass shellcheck", function () {
    if (spawnSync("shellcheck", ["--version"]).status !== 0) {
      this.skip();
    }
    const files = scripts.map((name) => path.join(scriptsDirectory, name));
    execFileSync("shellcheck", files);
  });

  it("name the keys that the program uploads to", () => {
    const text = scripts.map((name) => fs.readFileSync(path.join(scriptsDirectory, name), "utf8"));
    for (const key of Object.values(trainerKeys)) {
      assert.ok(text.join("").includes(`/${key}"`), key);
    }
  });

  describe("user data", () => {
    it("is the same for all settings, parses and fits into EC2's 16 KB", () => {
      const script = trainerUserData(home);
      execFileSync("bash", ["-n"], { input: script });
      assert.ok(Buffer.byteLength(script) < 16 * 1024);
      assert.match(script, /^AWS_DEFAULT_REGION='eu-central-1'\nKENNEL_BUCKET='team-data'$/m);
      assert.match(script, /^systemctl enable kennel-boot\.service$/m);
    });
  });

  describe("settings", () => {
    it("keep every character of an option", () => {
      settings({ hyperparameters: { backbone: 'it\'s; $(rm -rf) "x"', epochs: 5 } });
      const script = `. "${inFolder("settings-in-bucket")}"; printf '%s\\n' "\${OPTIONS[@]}"`;
      assert.equal(
        execFileSync("bash", ["-c", script], { encoding: "utf8" }),
        '--backbone\nit\'s; $(rm -rf) "x"\n--epochs\n5\n',
      );
    });

    it("are the last known ones where the bucket does not answer", () => {
      const { output } = run("kennel-settings.sh");
      assert.match(output, /^IDLE_MINUTES=45$/m);
      installProgram("bin/aws", "#!/bin/bash\nexit 1\n");
      assert.equal(run("kennel-settings.sh").output, output);
    });
  });

  describe("boot.sh", () => {
    beforeEach(() => {
      // A machine image with everything that is needed.
      standIn("python3");
      installProgram("agent/bin/amazon-cloudwatch-agent-ctl", "#!/bin/bash\n");
    });

    it("installs the commands and the watch, and starts what is asked for", () => {
      settings({ startTraining: true, hyperparameters: { epochs: 5 } });
      const { status, errors } = run("boot.sh");
      assert.deepEqual([status, errors], [0, ""]);
      const table = fs.readFileSync(inFolder("etc/cron.d/kennel-watch"), "utf8");
      // Entries of /etc/cron.d run with /usr/bin and /bin alone when they say nothing.
      assert.match(table, /^PATH=.*\/usr\/local\/bin:\/usr\/sbin:/m);
      assert.match(table, /^\*\/5 \* \* \* \* root kennel-watch$/m);
      assert.ok(fs.existsSync(inFolder("usr/local/bin/kennel-train")));
      const agent = JSON.parse(fs.readFileSync(inFolder("agent/etc/kennel.json"), "utf8")) as {
        logs: { logs_collected: { files: { collect_list: Record<string, string>[] } } };
      };
      const [file] = agent.logs.logs_collected.files.collect_list;
      assert.equal(file?.["log_group_name"], "/kennel/trainer");
      assert.match(calls().join("\n"), /^systemd-run .*kennel-train/m);
    });

    it("trains without the agent, and says that it is missing", () => {
      fs.rmSync(inFolder("agent/bin"), { recursive: true });
      installProgram("bin/curl", "#!/bin/bash\nexit 22\n");
      settings({ startTraining: true });
      const { errors } = run("boot.sh");
      assert.match(errors, /failed: bash agent\.sh/);
      assert.match(calls().join("\n"), /^systemd-run .*kennel-train/m);
    });

    for (const [region, host] of [
      ["eu-central-1", "amazoncloudwatch-agent-eu-central-1.s3.eu-central-1.amazonaws.com"],
      ["cn-north-1", "amazoncloudwatch-agent-cn-north-1.s3.cn-north-1.amazonaws.com.cn"],
      ["eusc-de-east-1", "amazoncloudwatch-agent-eusc-de-east-1.s3.eusc-de-east-1.amazonaws.eu"],
    ] as const) {
      it(`fetches a missing agent in its own partition: ${region}`, () => {
        fs.rmSync(inFolder("agent/bin"), { recursive: true });
        standIn("curl");
        settings({}, { region });
        run("boot.sh");
        const fetched = calls().filter((call) => call.startsWith("curl") && call.endsWith(".deb"));
        assert.deepEqual(
          fetched.map((call) => new URL(call.split(" ").at(-1)!).host),
          [host],
        );
      });
    }

    it("waits for apt's locks", () => {
      fs.rmSync(inFolder("agent/bin"), { recursive: true });
      standIn("curl");
      // The lists are locked the first two times.
      standIn("apt-get", `[ "$(grep -c ^apt-get "${inFolder("calls")}")" -gt 2 ]`);
      installProgram("bin/python3", "#!/bin/bash\nexit 1\n");
      run("boot.sh");
      const asked = calls().filter((call) => call.startsWith("apt-get"));
      assert.ok(asked.every((call) => call.includes("-o DPkg::Lock::Timeout=600")));
      const what = asked.map((call) => call.replace(/.*Timeout=600 /, "").replace(/\S+\//, ""));
      assert.deepEqual(what.slice(0, 4), ["update", "update", "update", "install python3-venv"]);
      assert.equal(what.at(-1), "install amazon-cloudwatch-agent.deb");
    });

    it("ends the search for Spot capacity where it stands in for it", () => {
      settings({ spot: true }, { groups });
      for (const [lifeCycle, expected] of [
        ["spot", []],
        [
          "on-demand",
          [
            "aws autoscaling set-desired-capacity --auto-scaling-group-name dev-spot --desired-capacity 0",
          ],
        ],
      ] as const) {
        installProgram("bin/curl", `#!/bin/bash\necho ${lifeCycle}\n`);
        run("end-search.sh");
        assert.deepEqual(calls(), expected);
      }
    });
  });

  describe("kennel-train", () => {
    /** A training that writes its report and ends with `exitCode`. */
    function standInPython(exitCode = 0): void {
      const report = `for output in "${inFolder("work")}"/runs/*/output; do touch "$output/report.html"; done`;
      const python = `#!/bin/bash\necho "python $*" >> "${inFolder("calls")}"\n${report}\n/bin/sleep 0.2\nexit ${exitCode}\n`;
      installProgram("python-of-venv", python);
      standIn(
        "python3",
        `mkdir -p "$3/bin"; cp "${inFolder("python-of-venv")}" "$3/bin/python"; echo '#!/bin/bash' > "$3/bin/pip"; chmod +x "$3/bin/pip"`,
      );
    }

    it("fetches, trains with the stack's options and its own, and uploads", () => {
      standInPython();
      settings({ hyperparameters: { epochs: 3 } });
      const { status, output } = run("kennel-train.sh", "--epochs", "5");
      assert.equal(status, 0, output);
      const [code, data, , trained, model, report] = calls();
      assert.match(code!, /^aws s3 cp .*s3:\/\/team-data\/code\/training-scripts\.tar\.gz -$/);
      assert.match(data!, /^aws s3 sync .*s3:\/\/team-data\/data\/ /);
      assert.match(trained!, /^python .*train\.py --data .*--model_dir .* --epochs 3 --epochs 5$/);
      assert.match(
        model!,
        /^aws s3 cp .*- s3:\/\/team-data\/models\/\d{8}T\d{6}Z\/model\.tar\.gz$/,
      );
      assert.match(report!, /report\.html s3:\/\/team-data\/models\/\d{8}T\d{6}Z\/report\.html$/);
      assert.match(output, /The model is models\/\d{8}T\d{6}Z\/model\.tar\.gz/);
    });

    it("searches where the trainer is to tune", () => {
      standInPython();
      settings({ tuning: { trials: 12 } });
      run("kennel-train.sh");
      assert.match(calls().join("\n"), /^python .*\/tune\.py .* --trials 12 --jobs 1$/m);
    });

    it("runs the program that kennel train asks for, with its options alone", () => {
      standInPython();
      settings({ hyperparameters: { epochs: 3 }, tuning: { trials: 12 } });
      added = { KENNEL_PROGRAM: "train.py" };
      assert.equal(run("kennel-train.sh", "--epochs", "5").status, 0);
      assert.match(calls().join("\n"), /^python .*\/train\.py .*\/kept\/cache --epochs 5$/m);
    });

    it("leaves the lock as soon as it ends, also where it has kept its files in the bucket", () => {
      standInPython(1);
      settings({}, { groups });
      installProgram("bin/sleep", "#!/bin/bash\nexec /bin/sleep 3\n");
      const script = path.join(scriptsDirectory, "kennel-train.sh");
      const { status } = spawnSync("bash", [script], { env: environment(), stdio: "ignore" });
      assert.equal(status, 1);
      const lock = inFolder("work/lock");
      assert.equal(spawnSync("flock", ["--nonblock", lock, "true"]).status, 0);
    });

    it("leaves a training alone that runs already", () => {
      standInPython();
      const holder = spawn("flock", [inFolder("work/lock"), "/bin/sleep", "60"]);
      try {
        execFileSync("bash", [
          "-c",
          `until ! flock -n "${inFolder("work/lock")}" true; do :; done`,
        ]);
        const { status, output } = run("kennel-train.sh");
        assert.equal(status, 1);
        assert.equal(output, "Another training runs on this trainer.\n");
        assert.deepEqual(calls(), []);
      } finally {
        holder.kill();
      }
    });

    it("installs packages again when they have changed, and only then", () => {
      standInPython();
      const installed = (): boolean => calls().some((call) => call.includes("-m venv"));
      run("kennel-train.sh");
      assert.ok(installed());
      run("kennel-train.sh");
      assert.ok(!installed());
      fs.writeFileSync(inFolder("code/requirements.txt"), "torch==2\n");
      run("kennel-train.sh");
      assert.ok(installed());
    });

    it("uploads nothing when the training fails", () => {
      standInPython(3);
      assert.equal(run("kennel-train.sh").status, 3);
      assert.match(calls().at(-1)!, /^python /);
    });

    it("goes on from what the bucket kept on Spot capacity, and keeps what the next instance needs", () => {
      standInPython();
      settings({ spot: true }, { groups });
      run("kennel-train.sh");
      const all = calls();
      const kept = all.filter((call) => call.includes("cache/trainer/"));
      const there = inFolder("work/kept");
      const bucket = "s3://team-data/cache/trainer/";
      assert.equal(kept[0], `aws s3 sync --only-show-errors ${bucket} ${there}`);
      assert.equal(kept.at(-1), `aws s3 sync --only-show-errors ${there} ${bucket}`);
      const trained = all.findIndex((call) => call.startsWith("python "));
      const during = all.indexOf(kept.at(-1)!, trained);
      const uploaded = all.findIndex((call) => call.includes("/model.tar.gz"));
      assert.ok(trained < during && during < uploaded, all.join("\n"));
    });
  });

  describe("kennel-stop", () => {
    it("shuts down an instance of its own", () => {
      run("kennel-stop.sh");
      assert.deepEqual(calls(), ["shutdown -h now"]);
    });

    it("lets no group want an instance any more, so that none replaces this one", () => {
      settings({ spot: true }, { groups });
      run("kennel-stop.sh");
      const set = "aws autoscaling set-desired-capacity --auto-scaling-group-name";
      assert.deepEqual(calls(), [
        `${set} dev-spot --desired-capacity 0`,
        `${set} dev-on-demand --desired-capacity 0`,
      ]);
    });
  });

  describe("kennel-watch", () => {
    /** What a check does where the last use was so many minutes ago. */
    function check(minutesSinceUse?: number): string[] {
      if (minutesSinceUse !== undefined) {
        const then = Date.now() / 1000 - minutesSinceUse * 60;
        fs.writeFileSync(inFolder("last-use"), "");
        fs.utimesSync(inFolder("last-use"), then, then);
      }
      const { status, errors } = run("kennel-watch.sh");
      assert.equal(status, 0, errors);
      return calls();
    }

    it("stops what nobody has used for long, by the present settings", () => {
      assert.deepEqual(check(50), ["kennel-stop"]);
      assert.deepEqual(check(40), []);
      settings({ idleMinutes: 30 });
      assert.deepEqual(check(40), ["kennel-stop"]);
    });

    it("waits after the start, and where somebody is logged in, and counts from then on", () => {
      assert.deepEqual(check(), []);
      installProgram("bin/who", "#!/bin/bash\necho ubuntu pts/0\n");
      assert.deepEqual(check(50), []);
      assert.ok(Date.now() - fs.statSync(inFolder("last-use")).mtimeMs < 60_000);
    });

    it("trains when it is asked to later, once for each set of options", () => {
      // Runs in the foreground what systemd would run beside it.
      standIn("systemd-run", 'while [ "$1" != bash ]; do shift; done; "$@"');
      standIn("kennel-train", "exit 1");
      const trains = (): boolean => check(0).includes("kennel-train");
      assert.ok(!trains());
      settings({ startTraining: true });
      assert.ok(trains());
      assert.ok(!trains());
      settings({ startTraining: true, hyperparameters: { epochs: 5 } });
      assert.ok(trains());
      assert.ok(!trains());
      settings({ startTraining: true, hyperparameters: { epochs: 5 }, tuning: {} });
      assert.ok(trains());
    });

    it("stops after a training unless somebody is logged in", () => {
      standIn("systemd-run", 'while [ "$1" != bash ]; do shift; done; "$@"');
      standIn("kennel-train");
      settings({ startTraining: true });
      assert.equal(check().at(-1), "kennel-stop");
      installProgram("bin/who", "#!/bin/bash\necho ubuntu pts/0\n");
      settings({ startTraining: true, hyperparameters: { epochs: 5 } });
      assert.equal(check().at(-1), "kennel-train");
    });

    it("starts nothing beside a training that runs", () => {
      installProgram("bin/pgrep", "#!/bin/bash\n[[ $* == *kennel-train* ]]\n");
      settings({ startTraining: true });
      assert.deepEqual(check(50), []);
    });
  });
});
