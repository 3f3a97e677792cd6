import type { Box, DrawnResource } from "../local/stack-picture";
import { type Element, element } from "./svg";

/** What a comparison says of a resource. */
export type Change = "added" | "changed" | "replaced" | "removed";

/** What is drawn at resources, by URN. */
export interface Marks {
  readonly changes: ReadonlyMap<string, Change>;
  /** The findings below the picture. */
  readonly findings: ReadonlyMap<string, readonly Numbered[]>;
}

/** A finding by its place in the list below the picture. */
export interface Numbered {
  readonly number: number;
  /** Whether it breaks the build. */
  readonly isViolation: boolean;
}

export const BOX_WIDTH = 300;
const PADDING = 12;
const LINE = 18;
const HEAD = 46;
const CHANGE_SIGNS = { added: "+", changed: "~", replaced: "±", removed: "−" } as const;
/** Of the letters of a line that fit, at 12 px of a sans-serif font: wide ones included. */
const LETTERS = 38;

/** The height that {@link drawBox} needs. */
export function boxHeight({ facts, resources }: Box): number {
  return HEAD + (factLines(facts).length + resources.length) * LINE + PADDING;
}

/** A component with its resources, one a line; changes stand before a resource, numbers of findings behind it. */
export function drawBox(box: Box, [x, y]: readonly [number, number], marks: Marks): Element {
  const isFound = box.resources.some(({ urn }) => marks.findings.has(urn));
  const facts = factLines(box.facts);
  const top = HEAD + facts.length * LINE;
  return element(
    "g",
    { transform: `translate(${x} ${y})` },
    element("rect", {
      class: isFound ? "box found" : "box",
      width: BOX_WIDTH,
      height: boxHeight(box),
      rx: 8,
    }),
    element("text", { class: "title", x: PADDING, y: 20 }, box.title),
    element(
      "text",
      { class: "faint", x: PADDING, y: 36 },
      shortened([box.name, box.purpose].filter(Boolean).join(": "), LETTERS + 6),
    ),
    ...facts.map((line, index) =>
      element("text", { class: "fact", x: PADDING, y: HEAD + 8 + LINE * index }, line),
    ),
    ...box.resources.map((resource, index) =>
      drawResource(resource, top + LINE * index + LINE / 2 + 4, marks),
    ),
  );
}

/** As many facts a line as fit. */
function factLines(facts: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const joined = [...lines.slice(-1), fact].join(", ");
    if (lines.length > 0 && joined.length <= LETTERS) {
      lines[lines.length - 1] = joined;
    } else {
      lines.push(shortened(fact, LETTERS));
    }
  }
  return lines;
}

function drawResource({ urn, type, name }: DrawnResource, y: number, marks: Marks): Element {
  const change = marks.changes.get(urn);
  const found = marks.findings.get(urn) ?? [];
  const label = `${type} ${name}`;
  return element(
    "g",
    { class: change },
    element("title", {}, change === undefined ? label : `${label}: ${change}`),
    element("text", { x: PADDING, y }, change === undefined ? "" : CHANGE_SIGNS[change]),
    element("text", { x: PADDING + 14, y }, shortened(label, LETTERS - 3 * found.length)),
    ...found.map((each, index) => badge(each, [BOX_WIDTH - 20 - index * 24, y])),
  );
}

/** A finding's number: round for a violation, square for an advice. */
export function badge(
  { number, isViolation }: Numbered,
  [x, y]: readonly [number, number],
): Element {
  return element(
    "g",
    { transform: `translate(${x} ${y - 4})` },
    isViolation
      ? element("circle", { class: "badge violation", r: 9 })
      : element("rect", { class: "badge", x: -9, y: -8, width: 18, height: 16, rx: 3 }),
    element("text", { class: "number", y: 4 }, String(number)),
  );
}

function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
