import TinyQueue from "tinyqueue";

/** Moments of which those that have passed are forgotten. */
export class Moments {
  private readonly queue = new TinyQueue<number>();

  add(moment: number): void {
    this.queue.push(moment);
  }

  /** How many are still to come. Times never go back. */
  after(now: number): number {
    while (this.queue.length > 0 && this.queue.peek()! <= now) {
      this.queue.pop();
    }
    return this.queue.length;
  }
}

/**
 * One instance: workers that take waiting requests in the order of arrival.
 *
 * With one queue, c workers and Poisson arrivals it is the textbook's M/M/c or M/D/c, by the times of service it is given.
 */
export class Instance {
  private readonly workers: TinyQueue<number>;
  /** When requests that wait will be begun. */
  private readonly starts = new Moments();

  /**
   * @param startsAt - when it takes its first request, in seconds.
   * @param queueLength - the maximum number of requests that wait.
   */
  constructor(
    readonly startsAt: number,
    workerCount: number,
    private readonly queueLength: number,
  ) {
    this.workers = new TinyQueue(new Array<number>(workerCount).fill(startsAt));
  }

  /**
   * Takes a request that arrives `now` and needs `service` seconds of a worker.
   *
   * @returns when its answer leaves, in seconds; undefined where the queue is full
   */
  serve(now: number, service: number): number | undefined {
    const start = Math.max(now, this.workers.peek()!);
    if (start > now) {
      if (this.starts.after(now) >= this.queueLength) {
        return undefined;
      }
      this.starts.add(start);
    }
    this.workers.pop();
    this.workers.push(start + service);
    return start + service;
  }
}
