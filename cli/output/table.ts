import { stripVTControlCharacters } from "node:util";

import Table from "cli-table3";
import pc from "picocolors";

/** Renders rows under headings as a borderless table that fits `width` columns; long cells wrap. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number = terminalWidth(),
): string {
  const natural = naturalWidths(headings, rows);
  const widths = fit(natural, width);
  const table = new Table({
    head: headings.map((heading) => pc.bold(heading)),
    colWidths: widths,
    // Wrapping trims a cell's leading blanks, which indent a tree: only where it must.
    wordWrap: sum(natural) > width,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    chars: Object.fromEntries(BORDERS.map((border) => [border, ""])),
  });
  for (const row of rows) {
    table.push([...row]);
  }
  return table.toString();
}

/** Every character of a border, by what it is for. */
const BORDERS = Object.keys(new Table().options.chars);

const PADDING = 2;
const NARROWEST_COLUMN = 12;

/** A pipe has no width: rows then stay on one line, so that grep finds whole cells. */
function terminalWidth(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

function naturalWidths(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): number[] {
  return headings.map((heading, column) => {
    const cells = [heading, ...rows.map((row) => row[column] ?? "")];
    return Math.max(...cells.map((cell) => stripVTControlCharacters(cell).length)) + PADDING;
  });
}

/** Where the columns exceed the terminal, the widest gives way until all fit. */
function fit(natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  while (sum(widths) > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= NARROWEST_COLUMN) {
      break;
    }
    widths[widest] = Math.max(NARROWEST_COLUMN, widths[widest]! - (sum(widths) - width));
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
