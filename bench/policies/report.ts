import { renderSpread } from "../spread";
import { table } from "../table";
import type { Limits } from "./limits";
import type { PackStart } from "./pack-start";
import type { Score } from "./score";

const WORST_SHOWN = 10;

/** Each tool's record as a Markdown table, and below it what kennel has wrong. */
export function renderScores(scores: readonly Score[]): string {
  const counts = (tally: Readonly<Record<string, readonly string[]>>, ...kinds: string[]): string =>
    `${kinds.map((kind) => tally[kind]!.length).join(" / ")} of ${Object.values(tally).flat().length}`;
  const rows = scores.map((score) => [
    `${score.tool} ${score.version}`,
    counts(score.fullAccess, "named", "generic"),
    counts(score.invokeUnscoped, "named", "generic"),
    counts(score.spared, "alarm"),
    counts(score.sound, "rejected", "crashed"),
    counts(score.malformed, "rejected", "flagged", "crashed", "silent"),
  ]);
  const header = [
    "tool",
    "full access: named / generic",
    "unscoped invoke: named / generic",
    "false alarms",
    "sound ones: rejected / crashed",
    "malformed: said / flagged / crashed / silent",
  ];
  const own = scores.find(({ tool }) => tool === "kennel");
  const wrong = own && [
    ...[...own.fullAccess.no, ...own.invokeUnscoped.no].map((id) => `${id} (missed)`),
    ...own.spared.alarm.map((id) => `${id} (false alarm)`),
    ...[...own.sound.rejected, ...own.sound.crashed].map((id) => `${id} (refused)`),
    ...own.malformed.silent.map((id) => `${id} (malformed, passed)`),
  ];
  return [
    table([header, ...rows]),
    ...(wrong ? ["", `Wrong with kennel: ${wrong.join(", ") || "nothing"}.`] : []),
  ].join("\n");
}

/** The evaluator and the pack's start against their bars. */
export function renderLimits(
  { latencies, documentsPerSecond, pairsPerSecond }: Limits,
  start: PackStart,
): string {
  const worst = [...latencies].sort((one, other) => other.first - one.first);
  const rows = worst
    .slice(0, WORST_SHOWN)
    .map(({ id, characters, first, again }) => [
      id,
      characters.toLocaleString("en"),
      first.toFixed(1),
      again.toFixed(1),
    ]);
  return [
    `Documents a second of the processor: ${renderSpread(documentsPerSecond, 0)} (bar: 5,000)`,
    `Pairs of documents a second of the processor: ${renderSpread(pairsPerSecond, 0)} (bar: 2,000)`,
    "",
    `The ${WORST_SHOWN} slowest of ${worst.length} documents made to be slow (bar: 50 ms)`,
    "",
    table([["document", "characters", "first, ms", "again, ms"], ...rows]),
    "",
    `The pack starts in ${renderSpread(start.kennel, 2)} s, an empty one in ${renderSpread(start.empty, 2)} s, ` +
      `difference ${renderSpread(start.difference, 2)} s (bar: 1.5 s)`,
  ].join("\n");
}
