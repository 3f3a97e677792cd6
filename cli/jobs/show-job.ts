import pc from "picocolors";

import { isDrawable, liveLine } from "../output/live-line";
import { dollars, duration, percent } from "../output/quantities";
import { jobCost } from "./job-cost";
import type { FollowedJob, JobEvent } from "./follow";
import { hasEnded, type Job } from "./job";
import { renderLeaderboard } from "./leaderboard";
import { bestTrial, type Trial } from "./trials";

/** Shows what happens to a job. */
export interface JobView {
  readonly show: (event: JobEvent) => void;
  /** What was shown of a job that goes on is removed. */
  readonly end: () => void;
}

/** One JSON document a line. */
export function jsonView(): JobView {
  return { show: (event) => console.log(JSON.stringify(event)), end: () => undefined };
}

/** The log on standard output; on a terminal the newest figures or the trials below it, elsewhere a line for each change. */
export function textView(): JobView {
  const live = liveLine();
  let state = "";
  let figures = "";
  let told = new Set<string>();
  const refresh = (): void => {
    live.start([state, figures].filter(Boolean).join(": "));
  };
  const note = (text: string): void => (isDrawable() ? undefined : console.error(text));
  return {
    show: (event) => {
      switch (event.event) {
        case "status":
          state = statusText(event.job);
          note(state);
          break;
        case "log":
          console.log(event.text);
          break;
        case "figures":
          figures = figuresText(event);
          break;
        case "trials":
          figures = `\n${renderLeaderboard(event.trials)}\n`;
          event.trials
            .filter(({ name, status }) => status !== "InProgress" && !told.has(name))
            .forEach((trial) => note(trialText(trial)));
          told = new Set(
            event.trials.filter(({ status }) => status !== "InProgress").map(({ name }) => name),
          );
          break;
      }
      refresh();
    },
    end: () => live.stop(),
  };
}

/** How a job stands or has ended: time, cost, metrics, and what to do next. */
export function renderEnd(followed: FollowedJob, region: string): string {
  const { job, trials } = followed;
  const lines = job.kind === "tuning" ? [renderLeaderboard(trials), ""] : [];
  const isGood = job.status === "Completed";
  const status = hasEnded(job) && !isGood ? pc.red(job.status) : pc.green(job.status);
  lines.push(`${status} ${job.name}${hasEnded(job) ? spent(followed, region) : ""}`);
  if (job.failure !== undefined) {
    lines.push(`SageMaker says: ${job.failure}`);
  }
  const figures = metricsText(job.metrics);
  if (figures !== "") {
    lines.push(figures);
  }
  const { modelUri } = job;
  if (isGood && job.kind === "training" && modelUri !== undefined) {
    lines.push(`Model: ${modelUri}`, `Serve it: kennel promote ENDPOINT --job ${job.name}`);
  }
  const best = bestTrial(trials);
  if (job.kind === "tuning" && best !== undefined) {
    lines.push(
      `Keep the best trial's hyperparameters: kennel jobs ${job.name} --save-best` +
        `; serve its model: kennel promote ENDPOINT --job ${best.name}`,
    );
  }
  return lines.join("\n");
}

/** Such as `Testing Accuracy 98.4 %, Testing Loss 0.0512`. */
export function metricsText(metrics: Readonly<Record<string, number>>): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${name} ${figure(name, value)}`)
    .join(", ");
}

function spent(followed: FollowedJob, region: string): string {
  const { job, trials } = followed;
  const seconds = ((job.ended?.getTime() ?? NaN) - (job.created?.getTime() ?? NaN)) / 1000;
  const cost = jobCost(followed, region);
  const time = Number.isNaN(seconds) ? "" : ` after ${duration(seconds)}`;
  const billed =
    job.billedSeconds === undefined ? "" : `, billed ${duration(job.billedSeconds)} on`;
  const count = job.kind === "tuning" ? `, ${trials.length} trials on` : billed;
  const where = count === "" ? "" : `${count} ${job.instanceCount} × ${job.instanceType}`;
  return `${time}${where}: ${cost === null ? "cost unknown" : dollars(cost)}`;
}

function statusText({ name, status, phase, trials }: Job): string {
  const counts = Object.entries(trials ?? {}).filter(([, count]) => count > 0);
  const detail =
    phase !== undefined && phase !== status
      ? ` (${phase})`
      : counts.length > 0
        ? ` (${counts.map(([state, count]) => `${count} ${state}`).join(", ")})`
        : "";
  return `${name} ${status}${detail}`;
}

function figuresText({ epoch, values }: Extract<JobEvent, { event: "figures" }>): string {
  const figures = Object.entries(values).map(([name, value]) => `${name} ${figure(name, value)}`);
  return [...(epoch === undefined ? [] : [`epoch ${epoch}`]), ...figures].join(", ");
}

function figure(name: string, value: number): string {
  return name.endsWith("Accuracy") ? percent(value) : value.toFixed(4);
}

function trialText({ name, status, objective, hyperparameters }: Trial): string {
  const settings = Object.entries(hyperparameters).map(([key, value]) => `${key} ${value}`);
  const loss = objective === undefined ? "" : `: validation loss ${objective.toFixed(4)}`;
  return `${name} ${status}${loss} with ${settings.join(", ")}`;
}
