import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import type { CommandUnknownOpts } from "@commander-js/extra-typings";

import { kennelProgram } from "./program";
import { REPOSITORY } from "./repository";
import { documents } from "./testing/documents";

const program = kennelProgram();

const read = (file: string): string => readFileSync(path.join(REPOSITORY, file), "utf8");

/** The code of a document: lines of its blocks and examples, without comments, and what is between backticks. */
function codeOf(markdown: string): string[] {
  const fenced = [...markdown.matchAll(/^ *```.*\n([^]*?)^ *```$/gm)].map(([, block]) => block!);
  const indented = markdown.match(/^(?: {4,}.*| {2}kennel .*)$/gm) ?? [];
  const inline = [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
  return [...fenced.flatMap((block) => block.split("\n")), ...indented, ...inline].map((line) =>
    line.replace(/(^|\s)#.*$/, ""),
  );
}

const named = (
  command: CommandUnknownOpts,
  name: string | undefined,
): CommandUnknownOpts | undefined => command.commands.find((each) => each.name() === name);

/** What is wrong with the words behind `kennel`. */
function mistakes(words: readonly string[]): string[] {
  const verb = named(program, words[0]);
  if (verb === undefined) {
    return [`there is no command ${words[0]}`];
  }
  const command = named(verb, words[1]) ?? verb;
  // Options of `data` that it does not know are prepare.py's.
  if (command.name() === "data") {
    return [];
  }
  return words
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split("=")[0]!)
    .filter(
      (flag) =>
        flag !== "--help" &&
        !command.options.some(({ short, long }) => flag === short || flag === long),
    )
    .map((flag) => `kennel ${verb.name()} has no option ${flag}`);
}

describe("the documents", () => {
  it("name commands of kennel and options that exist, as the help does", () => {
    const helps = execFileSync("git", ["ls-files", "cli/commands/*.ts"], {
      cwd: REPOSITORY,
      encoding: "utf8",
    });
    const uses = [...documents(), ...helps.trim().split("\n")].flatMap((file) =>
      codeOf(read(file)).flatMap((line) =>
        [...line.matchAll(/(?:^|[\s(])(?:npx )?kennel ([a-z][^|;&)]*)/g)].map(([, words]) => ({
          file,
          words: words!.trim().split(/\s+/),
        })),
      ),
    );
    assert.ok(uses.length > 100, `${uses.length} uses`);
    assert.deepEqual(
      uses.flatMap(({ file, words }) => mistakes(words).map((text) => `${file}: ${text}`)),
      [],
    );
  });

  it("have an example in the help of every command", () => {
    const leaves = program.commands.flatMap((command) =>
      command.commands.length > 0 ? command.commands : [command],
    );
    const without = leaves
      .filter((command) => !["complete", "help"].includes(command.name()))
      .filter((command) => {
        let help = "";
        command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
        return !/\nExamples?:\n {2}/.test(help);
      });
    assert.deepEqual(
      without.map((command) => command.name()),
      [],
    );
  });

  it("run files that exist", () => {
    const files = documents().flatMap((document) =>
      codeOf(read(document)).flatMap((line) =>
        [...line.matchAll(/(?:npx (?:ts-node|mocha)|python3?(?: -m pytest)?) ([\w./-]+)/g)]
          .map(([, file]) => file!)
          .filter((file) => file.includes("/") && !file.startsWith("-"))
          .map((file) => ({ document, file })),
      ),
    );
    assert.ok(files.length > 10, `${files.length} files`);
    const missing = files.filter(
      ({ document, file }) =>
        ![REPOSITORY, path.dirname(path.join(REPOSITORY, document))].some((folder) =>
          existsSync(path.join(folder, file)),
        ),
    );
    assert.deepEqual(missing, []);
  });

  it("name scripts of package.json that exist", () => {
    const uses = documents().flatMap((file) =>
      codeOf(read(file)).flatMap((line) =>
        [...line.matchAll(/npm run (?:-s )?([a-z][\w:-]*)(?: -w (\S+))?/g)].map(
          ([, script, workspace = "."]) => ({ file, script: script!, workspace }),
        ),
      ),
    );
    assert.ok(uses.length > 10, `${uses.length} uses`);
    const missing = uses.filter(({ script, workspace }) => {
      const { scripts } = JSON.parse(read(path.join(workspace, "package.json"))) as {
        readonly scripts: Readonly<Record<string, string>>;
      };
      return scripts[script] === undefined;
    });
    assert.deepEqual(missing, []);
  });

  it("list every command in README.md", () => {
    const table = /^## Commands\n([^]*?)^## /m.exec(read("README.md"))![1]!;
    const listed = [...table.matchAll(/^\| .*?`([a-z]+)/gm)].map(([, name]) => name!);
    const visible = program
      .createHelp()
      .visibleCommands(program)
      .map((command) => command.name())
      .filter((name) => name !== "help");
    assert.deepEqual(listed.sort(), visible.sort());
  });
});
