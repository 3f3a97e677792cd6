import type { Box, DrawnResource } from "../local/stack-picture";
import { breaksTheBuild, type Finding } from "../preview/finding";
import type { ChangeKind } from "../review/consequences";
import { type Svg, svg } from "./svg";

/** What is marked at resources. */
export interface Marks {
  /** What becomes of a resource, by its URN. */
  readonly changes: ReadonlyMap<string, ChangeKind>;
  /** In the order of the list below the picture. */
  readonly findings: readonly Finding[];
}

export const BOX_WIDTH = 300;
const PADDING = 12;
const LINE = 18;
const HEAD = 46;
const CHANGE_SIGNS = { created: "+", updated: "~", replaced: "±", deleted: "−" } as const;
/** Of the letters of a line that fit, at 12 px of a sans-serif font: wide ones included. */
const LETTERS = 38;
/** The maximum number of findings on a resource's line; the list below the picture has all of them. */
const MAXIMUM_BADGES = 8;

/** The height that {@link drawBox} needs. */
export function boxHeight({ facts, resources }: Box): number {
  return HEAD + (factLines(facts).length + resources.length) * LINE + PADDING;
}

/** A component with its resources, one a line; changes stand before a resource, numbers of findings behind it. */
export function drawBox(box: Box, [x, y]: readonly [number, number], marks: Marks): Svg {
  const facts = factLines(box.facts);
  const middle = HEAD + facts.length * LINE + LINE / 2 + 4;
  const about = shortened([box.name, box.purpose].filter(Boolean).join(": "), LETTERS + 6);
  return svg`
    <g transform="translate(${x} ${y})">
      <rect class="box${box.findings.length > 0 ? " found" : ""}" width="${BOX_WIDTH}" height="${boxHeight(box)}" rx="8"/>
      <text class="title" x="${PADDING}" y="20">${box.title}</text>
      <text class="faint" x="${PADDING}" y="36">${about}</text>
      ${facts.map((line, index) => svg`<text class="fact" x="${PADDING}" y="${HEAD + 8 + LINE * index}">${line}</text>`)}
      ${box.resources.map((resource, index) => drawResource(resource, middle + LINE * index, marks))}
    </g>`;
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

function drawResource({ urn, type, name }: DrawnResource, y: number, marks: Marks): Svg {
  const change = marks.changes.get(urn);
  const found = marks.findings.filter(({ resource }) => resource === urn).slice(0, MAXIMUM_BADGES);
  const label = `${type} ${name}`;
  return svg`
    <g class="${change ?? ""}">
      <title>${change === undefined ? label : `${label}: ${change}`}</title>
      <text x="${PADDING}" y="${y}">${change === undefined ? "" : CHANGE_SIGNS[change]}</text>
      <text x="${PADDING + 14}" y="${y}">${shortened(label, LETTERS - 3 * found.length)}</text>
      ${found.map((each, index) => badge(each, marks, [BOX_WIDTH - 20 - index * 24, y]))}
    </g>`;
}

/** A finding's number: round for a violation, square for an advice. */
export function badge(
  finding: Finding,
  { findings }: Marks,
  [x, y]: readonly [number, number],
): Svg {
  const shape = breaksTheBuild(finding)
    ? svg`<circle class="badge violation" r="9"/>`
    : svg`<rect class="badge" x="-9" y="-8" width="18" height="16" rx="3"/>`;
  return svg`
    <g transform="translate(${x} ${y - 4})">
      ${shape}<text class="number" y="4">${findings.indexOf(finding) + 1}</text>
    </g>`;
}

function shortened(text: string, letters: number): string {
  return text.length <= letters ? text : `${text.slice(0, letters - 1)}…`;
}
