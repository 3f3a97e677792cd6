import { duration } from "../output/quantities";
import { renderTable } from "../output/table";
import type { Trial } from "./trials";

const SHOWN = 10;

/** A tuning job's trials as a table, the best first; beyond ten, how many more there are. */
export function renderLeaderboard(trials: readonly Trial[], most: number = SHOWN): string {
  if (trials.length === 0) {
    return "No trial has started yet.";
  }
  const names = [...new Set(trials.flatMap((each) => Object.keys(each.hyperparameters)))].sort();
  const rows = trials
    .slice(0, most)
    .map((trial, index) => [
      trial.objective === undefined ? "" : String(index + 1),
      trial.name,
      trial.status,
      trial.objective?.toFixed(4) ?? "",
      ...names.map((name) => shortNumber(trial.hyperparameters[name] ?? "")),
      trial.seconds === undefined ? "" : duration(trial.seconds),
    ]);
  const headings = ["RANK", "TRIAL", "STATE", "VALIDATION LOSS", ...names, "TIME"];
  const more = trials.length > most ? `\n… and ${trials.length - most} more` : "";
  return `${renderTable(headings, rows)}${more}`;
}

/** Four digits are enough to compare; what is written into a stack's configuration has them all. */
function shortNumber(text: string): string {
  const value = Number(text);
  return Number.isFinite(value) && text !== "" ? String(Number(value.toPrecision(4))) : text;
}
