import { readFileSync } from "node:fs";
import path from "node:path";

import { REPOSITORY } from "../cli/repository";
import { documents } from "../cli/testing/documents";

/** A command as a document shows it. */
export interface DocumentCommand {
  readonly document: string;
  readonly text: string;
}

/** The commands of all `sh` blocks, without their comments, in the order in which a newcomer reads the documents. */
export function documentCommands(): DocumentCommand[] {
  const first = ["README.md", "docs/getting-started.md"];
  return [...new Set([...first, ...documents()])].flatMap((document) =>
    [...read(document).matchAll(/^( *)```sh\n([^]*?)^\1```$/gm)]
      .flatMap(([, , block]) => commandsOf(block!))
      .map((text) => ({ document, text })),
  );
}

/** Lines that look like commands and are in no `sh` block, where nothing would run them. */
export function commandsElsewhere(): string[] {
  return documents().flatMap((document) => {
    const prose = read(document).replace(/^( *)```[^]*?^\1```$/gm, "");
    return prose.match(/^ {4,}(?:npx|npm|kennel|pulumi|aws|docker|curl|git) .*$/gm) ?? [];
  });
}

function read(document: string): string {
  return readFileSync(path.join(REPOSITORY, document), "utf8");
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
