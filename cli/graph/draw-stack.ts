import wrapAnsi from "wrap-ansi";

import type { Box, StackPicture } from "../local/stack-picture";
import { badge, BOX_WIDTH, boxHeight, drawBox, type Marks } from "./draw-box";
import { type Svg, svg } from "./svg";

const GAP = 28;
const MARGIN = 24;
const LEAST_COLUMNS = 2;
const MOST_COLUMNS = 4;
const LINE = 20;
/** Of a letter, at 12 px of a sans-serif font. */
const LETTER_WIDTH = 7;

const STYLE = `
text { font: 12px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #1c2430 }
.sheet { fill: #ffffff }
.box { fill: #f5f7fa; stroke: #8a97a8 }
.found { stroke: #7a4b00; stroke-width: 2 }
.heading { font-size: 18px; font-weight: 600 }
.title { font-size: 14px; font-weight: 600 }
.faint { fill: #4f5b6b }
.fact { font-weight: 600 }
.way { stroke: #4f5b6b; stroke-width: 1.5; fill: none; marker-end: url(#arrow) }
.badge { fill: #7a4b00 } .badge.violation { fill: #b3261e }
.number { fill: #ffffff; text-anchor: middle; font-size: 11px; font-weight: 600 }
.created text { fill: #14632b } .updated text { fill: #7a4b00 } .replaced text { fill: #8a1c5b }
.deleted text { fill: #9a1f17; text-decoration: line-through }`;

/**
 * Draws a stack as one SVG: a row for the way of a photo through each classifier, the other components in columns below, and
 * the findings, numbered as they are at the resources.
 *
 * @param changes what becomes of resources, by URN; deleted ones must be in the picture as well
 */
export function drawStack(picture: StackPicture, changes: Marks["changes"] = new Map()): string {
  const { stack, verdict, summary, paths, beside } = picture;
  const boxes = [...paths.flatMap(({ boxes: way }) => way), ...beside];
  const marks = { changes, findings: boxes.flatMap((box) => box.findings) };
  const columnCount = Math.max(
    LEAST_COLUMNS,
    Math.min(MOST_COLUMNS, beside.length),
    ...paths.map(({ boxes: way }) => way.length),
  );
  const width = 2 * MARGIN + columnCount * (BOX_WIDTH + GAP) - GAP;
  const drawn: Svg[] = [];
  let y = MARGIN + 60;
  for (const { name, boxes: way } of paths) {
    drawn.push(drawWay(name, way, y, marks));
    y += Math.max(0, ...way.map(boxHeight)) + GAP + LINE;
  }
  const columns = inColumns(beside, columnCount, y);
  drawn.push(...columns.places.map(([box, place]) => drawBox(box, place, marks)));
  const list = drawFindings(marks, [columns.end + LINE, width]);
  const height = list.end + MARGIN;
  return svg`
    <svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"
      role="img" aria-labelledby="stack-title stack-description">
      <title id="stack-title">${stack}: ${summary}</title>
      <desc id="stack-description">${describe(picture, changes)}</desc>
      <style>${STYLE}</style>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">
          <path d="M0 0 L8 4 L0 8 z" fill="#4f5b6b"/>
        </marker>
      </defs>
      <rect class="sheet" width="${width}" height="${height}"/>
      <text class="heading" x="${MARGIN}" y="${MARGIN + 14}">${stack}</text>
      <text class="faint" x="${MARGIN}" y="${MARGIN + 36}">${verdict.toUpperCase()}. ${summary}</text>
      ${drawn}
      ${list.drawn}
    </svg>`.markup;
}

function drawWay(name: string, boxes: readonly Box[], y: number, marks: Marks): Svg {
  const top = y + 12;
  const left = (index: number): number => MARGIN + index * (BOX_WIDTH + GAP);
  const arrow = (x: number): Svg =>
    svg`<path class="way" d="M${x - GAP + 2} ${top + 24} H${x - 2}"/>`;
  return svg`
    <text class="title" x="${MARGIN}" y="${y}">The way of a photo to ${name}</text>
    ${boxes.slice(1).map((_, index) => arrow(left(index + 1)))}
    ${boxes.map((box, index) => drawBox(box, [left(index), top], marks))}`;
}

/** Each box goes to the column that ends first, the tallest ones to begin with. */
function inColumns(
  boxes: readonly Box[],
  count: number,
  y: number,
): { readonly places: [Box, [number, number]][]; readonly end: number } {
  const ends = Array.from({ length: count }, () => y);
  const places = [...boxes]
    .sort((left, right) => boxHeight(right) - boxHeight(left))
    .map((box): [Box, [number, number]] => {
      const column = ends.indexOf(Math.min(...ends));
      const place: [number, number] = [MARGIN + column * (BOX_WIDTH + GAP), ends[column]!];
      ends[column]! += boxHeight(box) + GAP;
      return [box, place];
    });
  return { places, end: Math.max(...ends) };
}

function drawFindings(
  marks: Marks,
  [start, width]: readonly [number, number],
): { readonly drawn: Svg[]; readonly end: number } {
  const letters = Math.floor((width - 2 * MARGIN - 28) / LETTER_WIDTH);
  let y = start;
  const drawn: Svg[] = [];
  for (const finding of marks.findings) {
    drawn.push(badge(finding, marks, [MARGIN + 10, y]));
    const text = `${finding.level} ${finding.rule}: ${finding.message}`.replace(/\s+/g, " ");
    for (const line of wrapAnsi(text, letters, { hard: true }).split("\n")) {
      drawn.push(svg`<text x="${MARGIN + 28}" y="${y}">${line}</text>`);
      y += LINE;
    }
  }
  return { drawn, end: y };
}

/** The picture in words, for readers who don't see it. */
function describe({ paths, beside }: StackPicture, changes: Marks["changes"]): string {
  const told = ({ title, name, facts, resources, findings }: Box): string => {
    const inside = resources.map(({ urn, type, name: own }) => {
      const change = changes.get(urn);
      return `${type} ${own}${change === undefined ? "" : ` (${change})`}`;
    });
    const said = findings.map(({ level, rule, message }) => `${level} finding ${rule}: ${message}`);
    return [`${title} ${name}`, ...facts, ...inside, ...said].join("; ");
  };
  return [
    ...paths.map(
      ({ name, boxes }) => `A photo to ${name} passes: ${boxes.map(told).join(", then ")}.`,
    ),
    ...beside.map((box) => `${told(box)}.`),
  ].join(" ");
}
