import type { Item, Page, Section } from "./page";

/** By what a later run finds its comment again. */
export const MARKER = "<!-- kennel review -->";

/** GitHub takes 65,536 characters; the rest is left to whoever puts something around it. */
export const LONGEST_COMMENT = 60_000;
const LONGEST_LINE = 500;
const MOST_DETAILS = 40;

/**
 * The pages as one comment of a pull request. Where there is too much to say, each section keeps its summary, and items go from
 * the end, the least important sections first; an item is never cut in two.
 */
export function renderMarkdown(
  pages: readonly Page[],
  head: string,
  links: readonly string[] = [],
  longest = LONGEST_COMMENT,
): string {
  const isQuiet = pages.every(
    ({ headline, notes }) => headline === "nothing changes" && notes.length === 0,
  );
  const fails = pages.some(({ verdict }) => verdict === "fail");
  const title = isQuiet
    ? "nothing to say"
    : fails
      ? "not to be merged like this"
      : "ready to be read";
  const top = [MARKER, `## Kennel review: ${title}`, "", code(head), ...links, ""];
  if (!isQuiet) {
    const rows = pages.map(
      ({ title: stack, verdict, headline }) =>
        `| ${code(stack)} | ${verdict === "pass" ? "✅ pass" : "❌ fail"} | ${escaped(clipped(headline))} |`,
    );
    top.push("| Stack | Verdict | |", "| --- | --- | --- |", ...rows, "");
  }
  const parts = pages
    .filter(({ sections, notes }) => sections.length + notes.length > 0)
    .map((page) => ({
      page,
      sections: page.sections.map((section) => ({ section, items: section.items.map(renderItem) })),
    }));
  const text = (): string => {
    const body = parts.flatMap(({ page, sections }) => [
      pageHead(page),
      ...sections.map(({ section, items }) => frame(section, items)),
    ]);
    return `${[...top, ...body].join("\n").trimEnd()}\n`;
  };
  let excess = text().length - longest;
  for (const { items } of parts.flatMap(({ sections }) => sections).reverse()) {
    if (excess > 0 && items.length > 0) {
      excess += more(items.length).length;
    }
    while (excess > 0 && items.length > 0) {
      excess -= items.pop()!.length + 1;
    }
  }
  return text();
}

function more(count: number): string {
  return `- … and ${count} more, which \`kennel review\` shows in full\n`;
}

function pageHead({ title, notes }: Page): string {
  return [
    `### ${escaped(title)}`,
    "",
    ...notes.map((note) => `> ⚠️ ${escaped(clipped(note))}`),
    "",
  ].join("\n");
}

function frame({ title, summary, isOpen, items }: Section, shown: readonly string[]): string {
  const said = escaped(clipped(summary));
  if (items.length === 0) {
    return `**${escaped(title)}**: ${said}\n`;
  }
  const left = items.length - shown.length;
  return [
    `<details${isOpen ? " open" : ""}><summary>${escaped(title)}: ${said}</summary>`,
    "",
    ...shown,
    left > 0 ? more(left) : "",
    "</details>",
    "",
  ].join("\n");
}

function renderItem({ text, details }: Item): string {
  const lines = details.slice(0, MOST_DETAILS).map(clipped);
  if (details.length > MOST_DETAILS) {
    lines.push(`… and ${details.length - MOST_DETAILS} more`);
  }
  const fence = "`".repeat(Math.max(3, ...lines.map((line) => longestRun(line) + 1)));
  return lines.length === 0
    ? `- ${escaped(clipped(text))}`
    : [
        `- ${escaped(clipped(text))}`,
        `  ${fence}diff`,
        ...lines.map((line) => `  ${line}`),
        `  ${fence}`,
      ].join("\n");
}

function longestRun(line: string): number {
  return Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
}

function clipped(line: string): string {
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
}

/** Text of others must not become mark-up, mention anybody or end the section. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~]/g, "\\$&")
    .replace(/@/g, "@\u200B")
    .replace(/\n/g, " ");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "/")}\``;
}
