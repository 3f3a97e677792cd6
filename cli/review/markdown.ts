import type { Item, Page, Section } from "./page";

/** By what a later run finds its comment again. */
export const MARKER = "<!-- kennel review -->";

/** GitHub takes 65,536 characters; the rest is left to whoever puts something around it. */
export const LONGEST_COMMENT = 60_000;
const LONGEST_LINE = 500;
const MOST_DETAILS = 40;
/** What closes a section that was cut, and the next one's summary. */
const RESERVE = 200;

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
    top.push("| Stack | Verdict | |", "| --- | --- | --- |");
    for (const { title: stack, verdict, headline } of pages) {
      top.push(
        `| ${code(stack)} | ${verdict === "pass" ? "✅ pass" : "❌ fail"} | ${cell(headline)} |`,
      );
    }
    top.push("");
  }
  const parts = pages.flatMap((page) => {
    const open =
      page.sections.length + page.notes.length > 0 && !(isQuiet && page.sections.length === 0);
    return open
      ? [{ page, section: undefined }, ...page.sections.map((section) => ({ page, section }))]
      : [];
  });
  const skeleton = parts.reduce(
    (total, { page, section }) =>
      total +
      (section === undefined ? pageHead(page).length : frame(section, [], 0).length + RESERVE),
    top.join("\n").length,
  );
  let left = longest - skeleton;
  const body = parts.map(({ page, section }) => {
    if (section === undefined) {
      return pageHead(page);
    }
    const shown: string[] = [];
    for (const item of section.items) {
      const written = renderItem(item);
      if (written.length + 1 > left) {
        break;
      }
      left -= written.length + 1;
      shown.push(written);
    }
    return frame(section, shown, section.items.length - shown.length);
  });
  return `${[top.join("\n"), ...body].join("\n").trimEnd()}\n`;
}

function pageHead({ title, notes }: Page): string {
  return [
    `### ${escaped(title)}`,
    "",
    ...notes.map((note) => `> ⚠️ ${escaped(clipped(note))}`),
    "",
  ].join("\n");
}

function frame(
  { title, summary, isOpen, items }: Section,
  shown: readonly string[],
  left: number,
): string {
  const line = `${escaped(title)}: ${escaped(clipped(summary))}`;
  if (items.length === 0) {
    return `**${escaped(title)}**: ${escaped(clipped(summary))}\n`;
  }
  const more = left > 0 ? [`- … and ${left} more, which \`kennel review\` shows in full`] : [];
  return [
    `<details${isOpen ? " open" : ""}><summary>${line}</summary>`,
    "",
    ...shown,
    ...more,
    "",
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

function cell(text: string): string {
  return escaped(clipped(text));
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'").replaceAll("|", "/")}\``;
}
