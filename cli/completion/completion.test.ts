import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { Argument, Command, Option } from "@commander-js/extra-typings";

import { REPOSITORY } from "../repository";
import { candidates } from "./candidates";
import { completionScript, type Shell } from "./scripts";

const KENNEL = [process.execPath, path.join(REPOSITORY, "cli", "kennel.js")];

describe("completion", () => {
  const program = new Command("kennel");
  program.command("hidden", { hidden: true });
  program
    .command("local")
    .option("--photo <file...>", "photos")
    .option("--once", "print and exit")
    .option("-s, --stack <name>", "the stack")
    .option("--no-wait", "return at once")
    .argument("[endpoint]");
  const policy = program.command("policy");
  policy
    .command("check")
    .argument("<input...>")
    .addOption(new Option("--format <name>").choices(["text", "json"]));
  policy.command("compare").addArgument(new Argument("<how>").choices(["left", "right"]));

  let directory: string;
  before(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), "kennel-completion-"));
    mkdirSync(path.join(directory, "photos"));
    writeFileSync(path.join(directory, "photos", "a photo.jpg"), "");
    for (const stack of ["dev", "prod"]) {
      const text = `config:\n  kennel:endpoints: { ${stack}-dogs: {} }\n`;
      writeFileSync(path.join(directory, `Pulumi.${stack}.yaml`), text);
    }
  });
  after(() => rmSync(directory, { recursive: true }));

  const found = (...words: string[]): string | string[] => {
    const all = candidates(program, words, directory);
    return all?.map((line) => line.split("\t")[0]!) ?? "files";
  };

  it("knows commands, not those that are hidden", () => {
    assert.deepEqual(found(""), ["local", "policy", "help"]);
    assert.deepEqual(found("policy", "co"), ["compare"]);
  });

  it("knows options, and what may follow one", () => {
    assert.deepEqual(found("local", "--o"), ["--once"]);
    assert.deepEqual(found("local", "--stack", ""), ["dev", "prod"]);
    assert.deepEqual(found("local", "--stack=p"), ["--stack=prod"]);
    assert.deepEqual(found("local", "--stack", "=", "p"), ["prod"], "bash splits at =");
    assert.deepEqual(found("local", "--stack", "="), ["dev", "prod"]);
    assert.deepEqual(found("policy", "check", "--format", "j"), ["json"]);
  });

  it("knows where files are wanted, again and again", () => {
    assert.equal(found("local", "--photo", "a.jpg", ""), "files");
    assert.equal(found("policy", "check", "a", "b", ""), "files");
    assert.deepEqual(found("local", "--photo", "a.jpg", "--on"), ["--once"]);
  });

  it("knows the endpoints of the stack that is named", () => {
    assert.deepEqual(found("local", ""), ["dev-dogs"]);
    assert.deepEqual(found("local", "-s", "prod", ""), ["prod-dogs"]);
    assert.deepEqual(found("local", "--no-wait", ""), ["dev-dogs"]);
    assert.deepEqual(found("local", "--stack=dev", ""), ["dev-dogs"]);
    assert.deepEqual(found("local", "dev-dogs", ""), []);
    assert.deepEqual(found("policy", "compare", "r"), ["right"]);
  });

  describe("in a shell", function () {
    this.timeout(60_000);
    /** Runs a script after the completion's own, in a folder with one file. */
    const run = (
      context: Mocha.Context,
      shell: Shell,
      script: string,
      sourced = completionScript(shell, KENNEL),
    ): string => {
      if (spawnSync(shell, ["-c", "true"]).status !== 0) {
        context.skip();
      }
      const options = {
        encoding: "utf8",
        cwd: path.join(directory, "photos"),
        timeout: 60_000,
      } as const;
      return execFileSync(shell, ["-c", `${sourced}\n${script}`], options);
    };

    it("works in bash", function () {
      const complete = (line: string) =>
        `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _kennel; printf '%s|' "\${COMPREPLY[@]}"; echo`;
      const script = ["kennel prev", "kennel local --photo ''"].map(complete).join("\n");
      assert.equal(run(this, "bash", script), "preview|\na photo.jpg|\n");
    });

    it("works in fish", function () {
      const script = ["kennel prev", "kennel local --photo "]
        .map((line) => `complete -C '${line}'`)
        .join("\n");
      assert.match(run(this, "fish", script), /^preview\t.*\n(.*\n)*a photo\.jpg\n$/);
    });

    it("works in zsh", function () {
      writeFileSync(path.join(directory, "photos", "kennel.zsh"), completionScript("zsh", KENNEL));
      // A separate shell on a pseudo-terminal: completion runs only in its line editor.
      const script = `zmodload zsh/zpty
await() {
  seen=""
  for i in {1..300}; do
    while zpty -r -t shell chunk; do seen+="$chunk"; done
    [[ "$seen" != *"$1"* ]] || { print "found $1"; return }
    sleep 0.1
  done
  print -r -- "$seen"
}
zpty -b shell zsh -f -i
zpty -w shell 'autoload -Uz compinit; compinit -u -D; source ./kennel.zsh; echo rea""dy'
await ready
zpty -w -n shell $'kennel prev\t'
await preview
zpty -d shell`;
      assert.equal(run(this, "zsh", script, ""), "found ready\nfound preview\n");
    });
  });
});
