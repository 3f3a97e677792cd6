import pc from "picocolors";

import type { Item, Page, Section } from "./page";

/** The pages as a person reads them in a terminal. */
export function renderText(pages: readonly Page[], head: string): string {
  return [pc.bold(head), ...pages.map(renderPage)].join("\n\n");
}

function renderPage({ title, verdict, headline, sections, notes }: Page): string {
  const mark = verdict === "pass" ? pc.green("PASS") : pc.red("FAIL");
  return [
    `${pc.bold(title)}  ${mark}  ${headline}`,
    ...notes.map((note) => pc.yellow(`  ${note}`)),
    ...sections.map(renderSection),
  ].join("\n");
}

function renderSection({ title, summary, items }: Section): string {
  return [`${pc.bold(title)}: ${summary}`, ...items.map(renderItem)].join("\n");
}

function renderItem({ text, details }: Item): string {
  return [`  ${text}`, ...details.map((line) => `    ${coloured(line)}`)].join("\n");
}

function coloured(line: string): string {
  return line.startsWith("+ ")
    ? pc.red(line)
    : line.startsWith("- ")
      ? pc.green(line)
      : line.startsWith("? ")
        ? pc.yellow(line)
        : line;
}
