import TinyQueue from "tinyqueue";

/**
 * One instance: workers that take waiting requests in the order of arrival.
 *
 * With one queue, c workers and Poisson arrivals it is the textbook's M/M/c or M/D/c, by the times of service it is given.
 */
export class Instance {
  private readonly workers: TinyQueue<number>;
  /** Starts of requests that were not begun when they arrived, in order. */
  private readonly starts: number[] = [];
  private begun = 0;

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
    const free = this.workers.peek()!;
    const start = Math.max(now, free);
    if (start > now) {
      if (this.waiting(now) >= this.queueLength) {
        return undefined;
      }
      this.starts.push(start);
    }
    this.workers.pop();
    const finish = start + service;
    this.workers.push(finish);
    return finish;
  }

  /** How many requests wait at `now`. Times never go back. */
  private waiting(now: number): number {
    while (this.begun < this.starts.length && this.starts[this.begun]! <= now) {
      this.begun += 1;
    }
    // The begun ones are dropped in large pieces: shift() would move the rest each time.
    if (this.begun > 1024) {
      this.starts.splice(0, this.begun);
      this.begun = 0;
    }
    return this.starts.length - this.begun;
  }
}
