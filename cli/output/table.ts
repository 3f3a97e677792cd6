import Table from "cli-table3";

/** Renders rows under headings as a borderless table that fits `width` columns; long cells wrap. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number = terminalWidth(),
): string {
  const widths = columnWidths(headings, rows, width);
  const table = new Table({
    head: [...headings],
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: ["bold"], border: [], "padding-left": 0, "padding-right": 2 },
    chars: Object.fromEntries(BORDERS.map((border) => [border, ""])),
  });
  for (const row of rows) {
    table.push([...row]);
  }
  return table.toString();
}

const BORDERS = [
  "top",
  "top-mid",
  "top-left",
  "top-right",
  "bottom",
  "bottom-mid",
  "bottom-left",
  "bottom-right",
  "left",
  "left-mid",
  "mid",
  "mid-mid",
  "right",
  "right-mid",
  "middle",
] as const;

const PADDING = 2;
const NARROWEST_COLUMN = 12;

/** A pipe has no width: rows then stay on one line, so that grep finds whole cells. */
function terminalWidth(): number {
  return process.stdout.columns ?? Number.POSITIVE_INFINITY;
}

/** Natural widths; where they exceed the terminal, the widest column gives way until all fit. */
function columnWidths(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const widths = headings.map(
    (heading, column) =>
      Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)) + PADDING,
  );
  const total = (): number => widths.reduce((sum, each) => sum + each, 0);
  while (total() > width) {
    const widest = widths.indexOf(Math.max(...widths));
    if (widths[widest]! <= NARROWEST_COLUMN) {
      break;
    }
    widths[widest] = Math.max(NARROWEST_COLUMN, widths[widest]! - (total() - width));
  }
  return widths;
}
