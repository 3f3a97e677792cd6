import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

import { REPOSITORY } from "../cli/repository";

/** A command as a document shows it. */
export interface DocumentCommand {
  readonly document: string;
  readonly text: string;
}

/** The documents in the order in which a newcomer reads them. The changelog also names what is gone. */
function documents(): string[] {
  const all = execFileSync("git", ["ls-files", "*.md"], { cwd: REPOSITORY, encoding: "utf8" });
  const first = ["README.md", "docs/getting-started.md"];
  return [...new Set([...first, ...all.trim().split("\n")])].filter(
    (file) => file !== "CHANGELOG.md",
  );
}

/** The commands of all `sh` blocks, without their comments. */
export function documentCommands(): DocumentCommand[] {
  return documents().flatMap((document) => {
    const markdown = readFileSync(path.join(REPOSITORY, document), "utf8");
    return [...markdown.matchAll(/^( *)```sh\n([^]*?)^\1```$/gm)]
      .flatMap(([, , block]) => commandsOf(block!))
      .map((text) => ({ document, text }));
  });
}

/** Lines that look like commands and are in no `sh` block, where nothing would run them. */
export function commandsElsewhere(): string[] {
  return documents().flatMap((document) => {
    const markdown = readFileSync(path.join(REPOSITORY, document), "utf8");
    const prose = markdown.replace(/^( *)```[^]*?^\1```$/gm, "");
    return prose.match(/^ {4,}(?:npx|npm|kennel|pulumi|aws|docker|curl|git) .*$/gm) ?? [];
  });
}

function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let rest = "";
  for (const line of block.split("\n")) {
    rest = `${rest}${line.trim().replace(/\s+# .*$/, "")}\n`;
    const isUnfinished = /[\\|]\n$/.test(rest) || (/^for /.test(rest) && !/^done$/m.test(rest));
    if (!isUnfinished) {
      commands.push(rest.trim());
      rest = "";
    }
  }
  return commands.filter((command) => command !== "");
}
