import { renderSpread } from "../spread";
import { table } from "../table";
import type { EvaluatorSpeed } from "./evaluator-speed";
import type { PackStart } from "./pack-start";
import type { Catches, Score } from "./score";

const WORST_SHOWN = 10;

/** A corpus with every tool's record on it. */
export interface CorpusResult {
  readonly corpus: string;
  readonly scores: readonly Score[];
}

/** The record on one corpus as a Markdown table, and below it what kennel has wrong. */
export function renderCorpus({ corpus, scores }: CorpusResult): string {
  const rows = scores.map((score) => [
    `${score.tool} ${score.version}`,
    renderCatches(score.fullAccess),
    renderCatches(score.invokeUnscoped),
    `${score.falseAlarms.ids.length} of ${score.falseAlarms.of}`,
    `${score.refused.ids.length} of ${score.refused.of}`,
    renderMalformed(score.malformed),
  ]);
  const header = [
    "tool",
    "full access: named + generic of",
    "unscoped invoke: named + generic of",
    "false alarms",
    "sound ones refused",
    "malformed: said / flagged / crashed / silent",
  ];
  return [`### ${corpus}`, "", table([header, ...rows]), ...mistakes(scores)].join("\n");
}

function renderCatches({ of, named, generic }: Catches): string {
  return of === 0 ? "-" : `${named} + ${generic} of ${of}`;
}

function renderMalformed({ of, rejected, flagged, crashed, silent }: Score["malformed"]): string {
  return of === 0 ? "-" : `${rejected} / ${flagged} / ${crashed} / ${silent.length} of ${of}`;
}

/** Kennel's own mistakes are named; those of the others are in the result file. */
function mistakes(scores: readonly Score[]): string[] {
  const own = scores.find(({ tool }) => tool === "kennel");
  if (own === undefined) {
    return [];
  }
  const named: [string, readonly string[]][] = [
    ["full access missed", own.fullAccess.missed],
    ["unscoped invoke missed", own.invokeUnscoped.missed],
    ["false alarms", own.falseAlarms.ids],
    ["sound ones refused", own.refused.ids],
    ["malformed passed silently", own.malformed.silent],
  ];
  const lines = named
    .filter(([, ids]) => ids.length > 0)
    .map(([what, ids]) => `- kennel, ${what}: ${ids.join(", ")}`);
  return ["", ...(lines.length > 0 ? lines : ["kennel has none wrong."])];
}

/** Speed of all tools in this run, side by side. */
export function renderSpeed(scores: readonly Score[]): string {
  const slowest = Math.min(...scores.map((score) => score.documentsPerSecond.median));
  const rows = scores.map(({ tool, startupSeconds, documentsPerSecond }) => [
    tool,
    startupSeconds.toFixed(2),
    renderSpread(documentsPerSecond, 1),
    `${Math.round(documentsPerSecond.median / slowest)} x`,
  ]);
  return table([
    ["tool", "start-up, s", "documents/s: median (lowest-highest)", "of the slowest"],
    ...rows,
  ]);
}

/** The evaluator alone and the pack's start. */
export function renderOwnSpeed(speed: EvaluatorSpeed, start: PackStart): string {
  const worst = [...speed.latencies].sort((one, other) => other.processor - one.processor);
  const rows = worst
    .slice(0, WORST_SHOWN)
    .map(({ id, characters, first, again, processor }) => [
      id,
      characters.toLocaleString("en"),
      processor.toFixed(1),
      renderSpread(again, 1),
      first.toFixed(1),
    ]);
  return [
    `Documents a second: ${renderSpread(speed.documentsPerSecond, 0)} by the clock, ` +
      `${renderSpread(speed.documentsPerProcessorSecond, 0)} a second of the processor (bar: 5,000)`,
    "",
    `The ${WORST_SHOWN} slowest of ${worst.length} adversarial documents (bar: 50 ms)`,
    "",
    table([
      [
        "document",
        "characters",
        "processor, ms",
        "clock, ms: median (lowest-highest)",
        "first, ms",
      ],
      ...rows,
    ]),
    "",
    `The pack starts in ${renderSpread(start.kennel, 2)} s, an empty one in ${renderSpread(start.empty, 2)} s, ` +
      `difference ${renderSpread(start.difference, 2)} s (bar: 1.5 s)`,
  ].join("\n");
}
