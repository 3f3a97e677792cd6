import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

import type { Traffic } from "./traffic";

/** Times of arrival of a Poisson process whose rate follows the traffic's steps, in seconds. */
export function* arrivals({ steps, seconds }: Traffic, random: RandomGenerator): Generator<number> {
  for (const [index, { second, requestsPerSecond }] of steps.entries()) {
    const end = steps[index + 1]?.second ?? seconds;
    // Without memory, the process may start anew at each step.
    for (let now = second; requestsPerSecond > 0;) {
      now -= Math.log(1 - uniformFloat64(random)) / requestsPerSecond;
      if (now >= end) {
        break;
      }
      yield now;
    }
  }
}
