import { setTimeout as wait } from "node:timers/promises";

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { arrivals, steadyTraffic } from "../simulate/traffic";

/** How a load is. */
export interface Load {
  /** Requests a second, arriving at random (a Poisson process). */
  readonly rate: number;
  readonly seconds: number;
  /** The maximum number of requests that wait for their answers; more are not sent. */
  readonly maximumInFlight: number;
  /** Another one gives other times of arrival. */
  readonly seed: number;
}

/** One request. */
export interface Sample {
  /** When it was due, in seconds from the start. */
  readonly second: number;
  /** From then to its answer: a late start does not excuse it. */
  readonly milliseconds: number;
  /** Absent where it was answered; otherwise the reason, such as `ThrottlingException`. */
  readonly error?: string;
}

/** What a load has met. */
export interface LoadResult {
  readonly load: Load;
  /** How long requests were sent: less than asked for where somebody stopped it. */
  readonly seconds: number;
  readonly samples: readonly Sample[];
  /** Requests that were due when too many were in flight. */
  readonly notSent: number;
  /** Instances behind the endpoint over time, as far as they could be seen. */
  readonly instances: readonly { readonly second: number; readonly count: number }[];
}

/** Sends a request; resolves to the reason where it was not answered. */
export type Send = (index: number) => Promise<string | undefined>;
/** Counts the instances that serve. */
export type CountInstances = () => Promise<number | undefined>;

/** Time as a load sees it. */
export interface Clock {
  /** In seconds. */
  readonly now: () => number;
  /** Resolves after so many seconds, or when `signal` is aborted. */
  readonly pause: (seconds: number, signal: AbortSignal) => Promise<void>;
}

const REAL_CLOCK: Clock = {
  now: () => performance.now() / 1000,
  pause: async (seconds, signal) => {
    if (!signal.aborted) {
      await wait(seconds * 1000, undefined, { signal }).catch(() => undefined);
    }
  },
};

const LOOK_SECONDS = 2;

/**
 * Sends requests when they are due, whether earlier ones have been answered or not, as users do.
 *
 * @param stop - ends the sending early; what is in flight is awaited all the same.
 */
export async function runLoad(
  load: Load,
  send: Send,
  count: CountInstances,
  stop: AbortSignal,
  clock: Clock = REAL_CLOCK,
): Promise<LoadResult> {
  const started = clock.now();
  const elapsed = (): number => clock.now() - started;
  const until = async (second: number): Promise<void> => {
    const left = second - elapsed();
    if (left > 0) {
      await clock.pause(left, stop);
    }
  };
  const samples: Sample[] = [];
  const inFlight = new Set<Promise<void>>();
  const instances: { second: number; count: number }[] = [];
  const isOver = new AbortController();
  const looking = watch(count, isOver.signal, clock, (seen) =>
    instances.push({ second: elapsed(), count: seen }),
  );
  let notSent = 0;
  let index = 0;
  for (const second of arrivals(
    steadyTraffic(load.rate, load.seconds),
    xoroshiro128plus(load.seed),
  )) {
    await until(second);
    if (stop.aborted) {
      break;
    }
    if (inFlight.size >= load.maximumInFlight) {
      notSent += 1;
      continue;
    }
    const request = send(index).then((error) => {
      const milliseconds = (elapsed() - second) * 1000;
      samples.push({ second, milliseconds, ...(error !== undefined && { error }) });
      inFlight.delete(request);
    });
    inFlight.add(request);
    index += 1;
  }
  await until(load.seconds);
  const seconds = Math.min(load.seconds, elapsed());
  await Promise.all(inFlight);
  isOver.abort();
  await looking;
  return { load, seconds, samples, notSent, instances };
}

async function watch(
  count: CountInstances,
  isOver: AbortSignal,
  clock: Clock,
  seen: (count: number) => void,
): Promise<void> {
  while (!isOver.aborted) {
    const number = await count();
    if (number !== undefined) {
      seen(number);
    }
    await clock.pause(LOOK_SECONDS, isOver);
  }
}
