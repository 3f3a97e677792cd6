import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { actionsOfVerb, type Verb } from "../cli/deployer/verbs";
import { askedActions } from "../cli/testing/asked-actions";
import { drawStripes } from "../cli/testing/draw-stripes";
import { PYTHON } from "../scripts/python-environment";
import { checkOut } from "./checkout";
import { commandsElsewhere, documentCommands } from "./document-commands";

/** Commands that are not run here, and why. */
const NOT_RUN: readonly (readonly [command: RegExp, why: string])[] = [
  [/\bpulumi\b|^urn\(\)/, "the Pulumi CLI, which infra/engine*.test.ts use where it is installed"],
  [/\baws /, "the AWS CLI"],
  [/^docker /, "Docker; scripts/build-image.ts builds the same images with buildah"],
  [/^npm (ci|install|version)\b|pip install|^git /, "packages, clones and a release"],
  [/https:/, "a photo or an archive on the internet"],
  [/^npm test|setup:python$/, "what starts this test"],
  [/^npm start( -- --once --photo.*)?$/, "cli/local/page.test.ts and run-locally.test.ts"],
  [/kennel sandbox( --json)?$/, "the sandbox with a stack, which is run, does the same"],
  [/kennel review/, "cli/review/review-repository.test.ts"],
  [/kennel audit --remove/, "questions on a terminal: cli/audit/audit.test.ts"],
  [/kennel tune/, "twelve trials; cli/jobs/sandbox-jobs.test.ts has fewer"],
  [/training-scripts\/\w+\.py/, "training-scripts/tests run each script on a few photos"],
  [/bench[:/]/, "minutes of measuring"],
  [/npm pack/, "examples/policy-pack/policy-pack.test.ts"],
];

/** What runs until it is ended, and what it prints once it is ready. */
const STAYS: readonly (readonly [command: RegExp, ready: RegExp])[] = [
  [/kennel sandbox/, /The stack dev is there, its data in s3:\/\/(?<bucket>\S+)\./],
  [/npm run serve/, /"event":"ready","port":(?<port>\d+)/],
];

/** Commands that end with 1 here, because they find something; `doctor` may miss Docker or Pulumi on this machine. */
const FINDS = /kennel (policy (check|diff)|audit|doctor|simulate)/;

/** What some commands print, beyond ending well. */
const PRINTS: readonly (readonly [command: RegExp, output: RegExp])[] = [
  [
    /policy check policy\.json/,
    /statement 1 allows "sage\*:\*": every action of 5 services, sagemaker/,
  ],
  [/kennel models$/, /^[0-9a-f]{12} .*\/output\/model\.tar\.gz/m],
  [/kennel models sha256/, /checked against it/],
  [/kennel jobs$/, /Testing Accuracy/],
  [/kennel logs/, /Epoch 1: Training Loss/],
  // The promoted model knows two kinds of stripes; the one before it, which the next document asks, dogs.
  [/kennel invoke main --photo dog\.jpg/, /Across|Upright/],
  [/kennel invoke main --photo samples/, /Beagle/],
  [/kennel batch/, /\b4\b/],
  [
    /--model models\/dogs/,
    /^(?![^]*across-\d.jpg +Up)(?![^]*upright-\d.jpg +Ac)[^]*across-0.jpg +Ac/,
  ],
];

const STATEMENT = { Effect: "Allow", Action: "sage*:*", Resource: "*" };
const WIDE = { Version: "2012-10-17", Statement: [STATEMENT] };
const NARROW = { Version: "2012-10-17", Statement: [{ ...STATEMENT, Action: "s3:ListBucket" }] };

/**
 * Every command of the documents, in their order, as a newcomer types it: in a checkout, against the sandbox that README.md
 * starts. A command that several documents show runs once.
 */
describe("the commands of the documents", function () {
  this.timeout(600_000);
  let checkout = "";
  const at = (...names: readonly string[]): string => path.join(checkout, ...names);
  const commands = documentCommands();
  const running: ChildProcess[] = [];
  /** What earlier commands have printed and later ones name. */
  const known: Record<string, string> = {};
  /** The IAM actions that each verb of `kennel` has asked for in the sandbox. */
  const asked = new Map<Verb, string[]>();
  let environment: NodeJS.ProcessEnv = {};

  before(async function () {
    if (!existsSync(PYTHON)) {
      this.skip();
    }
    checkout = checkOut();
    environment = {
      ...process.env,
      PATH: `${at("bin")}:${process.env["PATH"]}`,
      NO_COLOR: "1",
      KENNEL_DEBUG: "1",
      SAGEMAKER_BIND_TO_PORT: "0",
      SM_MODEL_DIR: at("samples", "model"),
    };
    for (const label of ["across", "upright"]) {
      mkdirSync(at("PHOTOS", label), { recursive: true });
      for (let number = 0; number < 20; number += 1) {
        await drawStripes(at("PHOTOS", label, `${number}.jpg`), label === "upright", number);
      }
    }
    mkdirSync(at("new"));
    for (const number of [0, 1, 2, 3]) {
      await drawStripes(at("new", `across-${number}.jpg`), false, 700 + number);
      await drawStripes(at("new", `upright-${number}.jpg`), true, 800 + number);
    }
    cpSync(at("samples", "photos", "beagle.jpg"), at("dog.jpg"));
    cpSync(at("Pulumi.prod.yaml"), at("FILE"));
    mkdirSync(at("templates"));
    const files = {
      "policy.json": WIDE,
      "templates/one.json": NARROW,
      "documents.jsonl": { id: "one", document: WIDE },
      "old.json": NARROW,
      "less.json": NARROW,
      "new.json": WIDE,
    };
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(at(name), JSON.stringify(content));
    }
    // npx looks for what is installed as well, in half a second.
    mkdirSync(at("bin"));
    writeFileSync(at("bin", "npx"), `#!/bin/sh\nexec "${at("node_modules", ".bin")}/$@"\n`, {
      mode: 0o755,
    });
  });

  const end = async (): Promise<void> => {
    for (const child of running.splice(0)) {
      process.kill(-child.pid!, "SIGINT");
      await once(child, "exit");
    }
  };

  after(async () => {
    await end();
    if (checkout !== "") {
      rmSync(checkout, { recursive: true });
    }
  });

  /** What a reader types: names instead of the documents' examples, and the answers to questions. */
  const typed = (text: string): string => {
    const command = text
      .replace(/\bJOB\b|dogs-2026-11-27/, known["job"] ?? "")
      .replace("0123456789ab", known["digest"] ?? "")
      .replace("s3://BUCKET/path/model.tar.gz", known["served"] ?? "")
      .replace("s3://BUCKET/", `s3://${known["bucket"]}/`)
      .replace("localhost:8080", `localhost:${known["port"]}`)
      .replace("samples/photos/*.jpg", "new/*.jpg")
      .replace("--from-stack staging", "--from-stack dev")
      .replace(/^curl /, "curl --fail ")
      .replace(/dogs\.zip|dogImages\.zip/, "PHOTOS")
      .replace("kennel sandbox", "kennel sandbox --port 0 --speed 600")
      .replace(" --watch 900", "")
      .replace(/kennel promote .*/, "$& --watch 1")
      .replace(/kennel (promote|rollback) .*/, "$& --yes");
    // The sandbox has one stack.
    return /kennel (preview|review|policy|cost)/.test(text)
      ? command
      : command.replace(/ --stack (prod|dev)/, / sandbox/.test(text) ? "$&" : "");
  };

  const start = (command: string): ChildProcess =>
    spawn("bash", ["-o", "pipefail", "-c", command], {
      cwd: checkout,
      env: environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });

  /** Runs a command to its end, or until it is ready. */
  const run = (command: string, ready?: RegExp): Promise<{ code: number; output: string }> =>
    new Promise((resolve) => {
      const child = start(command);
      let output = "";
      let isReady = false;
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        const found = ready?.exec(output);
        if (found && !isReady) {
          isReady = true;
          Object.assign(known, found.groups);
          running.push(child);
          resolve({ code: 0, output });
        }
      };
      child.stdout!.on("data", read);
      child.stderr!.on("data", read);
      child.once("close", (code) => resolve({ code: code!, output }));
    });

  const remember = (output: string): void => {
    known["job"] = /^Started (\S+) on/m.exec(output)?.[1] ?? known["job"]!;
    known["served"] ??= / main +(s3:\S+)/.exec(output)?.[1] as string;
    known["digest"] ??= /^([0-9a-f]{12}) .*\/output\/model/m.exec(output)?.[1] as string;
    for (const [, name, value] of output.matchAll(/^ *export (\w+)=(.*)$/gm)) {
      environment[name!] = value!;
    }
  };

  const done = new Set<string>();
  for (const { document, text } of commands) {
    if (NOT_RUN.some(([command]) => command.test(text))) {
      continue;
    }
    it(`${document}: ${text}`, async function () {
      const command = typed(text);
      if (done.has(command)) {
        return;
      }
      done.add(command);
      const ready = STAYS.find(([pattern]) => pattern.test(text))?.[1];
      let { code, output } = await run(command, ready);
      if (code === 1 && /Accept that with --accept-classes/.test(output)) {
        ({ code, output } = await run(`${command} --accept-classes`));
      }
      if (code === 127 && /^(curl|jq) /.test(command)) {
        this.skip();
      }
      remember(output);
      const verb = /kennel (\w+)/.exec(command)?.[1] as Verb;
      asked.set(verb, [...(asked.get(verb) ?? []), ...askedActions(output)]);
      const shown = output.replace(/^AWS .*\n/gm, "");
      for (const [pattern, expected] of PRINTS) {
        assert.ok(!pattern.test(text) || expected.test(output), `${expected}: ${shown}`);
      }
      assert.ok(code === 0 || (code === 1 && FINDS.test(command)), `${code}: ${command}\n${shown}`);
    });
  }

  it("are run, but for those of a few kinds", () => {
    assert.deepEqual(commandsElsewhere(), []);
    const unused = NOT_RUN.filter(([command]) => !commands.some(({ text }) => command.test(text)));
    assert.deepEqual(unused, []);
    assert.ok(done.size > 40, `${done.size} commands`);
  });

  it("ask for nothing that the policies of their verbs do not allow", () => {
    const verbs = ["audit", "batch", "invoke", "jobs", "logs", "models", "promote", "rollback"];
    for (const verb of [...verbs, "status", "train"] as Verb[]) {
      const actions = asked.get(verb) ?? [];
      assert.ok(actions.length > 0, `${verb} has asked for nothing`);
      const allowed = actionsOfVerb(verb);
      const refused = actions.filter((action) => !allowed.includes(action));
      assert.deepEqual(refused, [], verb);
    }
  });

  it("leave nothing running", async () => {
    await end();
    await assert.rejects(fetch(environment["KENNEL_SANDBOX"]!));
  });
});
