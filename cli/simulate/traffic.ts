import { readFileSync } from "node:fs";

import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

import { UserError } from "../output/failure";

/** From `second` on, requests arrive at this mean rate. */
export interface TrafficStep {
  readonly second: number;
  readonly requestsPerSecond: number;
}

/** Requests over time: rates that hold until the next step, and when it ends. */
export interface Traffic {
  readonly steps: readonly TrafficStep[];
  /** Length in seconds. */
  readonly seconds: number;
}

/** The same rate all the time. */
export function steadyTraffic(requestsPerSecond: number, seconds: number): Traffic {
  return { steps: [{ second: 0, requestsPerSecond }], seconds };
}

/** Times of arrival of a Poisson process whose rate follows the traffic's steps, in seconds. */
export function* arrivals({ steps, seconds }: Traffic, random: RandomGenerator): Generator<number> {
  for (const [index, { second, requestsPerSecond }] of steps.entries()) {
    const end = steps[index + 1]?.second ?? seconds;
    const pause = (): number => -Math.log(1 - uniformFloat64(random)) / requestsPerSecond;
    // Without memory, the process may start anew at each step; at a rate of 0 the pause is infinite.
    for (let now = second + pause(); now < end; now += pause()) {
      yield now;
    }
  }
}

const LINE = /^\s*(\d+(?:\.\d+)?)\s*,\s*(\d+(?:\.\d+)?)\s*$/;

/**
 * Reads lines of a second and a rate, such as `300,12.5`: a rate holds until the next line's second. The last line says where
 * traffic ends; its rate holds for as long as the line before it did.
 *
 * @throws UserError naming the first line that is wrong.
 */
export function readTraffic(file: string): Traffic {
  const steps: TrafficStep[] = [];
  const lines = readFileSync(file, "utf8").split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || (index === 0 && /^\s*[a-z]/i.test(line))) {
      continue;
    }
    const [, second, requestsPerSecond] = LINE.exec(line)?.map(Number) ?? [];
    if (requestsPerSecond === undefined || second! <= (steps.at(-1)?.second ?? -1)) {
      throw new UserError(
        `${file}, line ${index + 1} is ${JSON.stringify(line)}. Expected: seconds that grow from line to line, a comma, ` +
          "and requests a second. Example: 300,12.5",
      );
    }
    steps.push({ second: second!, requestsPerSecond });
  }
  const last = steps.at(-1);
  if (last === undefined) {
    throw new UserError(
      `the traffic file ${file} has no line. Expected lines such as 300,12.5: seconds and requests a second.`,
    );
  }
  const start = steps[0]!.second;
  const lastStep = last.second - (steps.at(-2)?.second ?? last.second - 60);
  return {
    steps: steps.map((step) => ({ ...step, second: step.second - start })),
    seconds: last.second + lastStep - start,
  };
}

/** The lowest, the mean and the highest rate, in requests a second. */
export function rateSummary({ steps, seconds }: Traffic): {
  readonly lowest: number;
  readonly mean: number;
  readonly highest: number;
} {
  const rates = steps.map(({ requestsPerSecond }) => requestsPerSecond);
  const requests = steps.reduce((sum, { second, requestsPerSecond }, index) => {
    const until = steps[index + 1]?.second ?? seconds;
    return sum + requestsPerSecond * (until - second);
  }, 0);
  return { lowest: Math.min(...rates), mean: requests / seconds, highest: Math.max(...rates) };
}
