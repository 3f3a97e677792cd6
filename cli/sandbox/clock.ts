import { setTimeout as pause } from "node:timers/promises";

/** The sandbox's time: a minute of SageMaker's takes `60 / speed` seconds here. Dates stay those of the machine. */
export class Clock {
  private readonly ended = new AbortController();

  /** @param speed seconds of SageMaker's that pass in one second */
  constructor(private readonly speed: number) {}

  /**
   * Waits for so many seconds of SageMaker's; for good once the sandbox has ended, because nothing is to happen any more.
   */
  async sleep(seconds: number): Promise<void> {
    try {
      await pause((seconds / this.speed) * 1000, undefined, { signal: this.ended.signal });
    } catch {
      await new Promise(() => undefined);
    }
  }

  /** Ends all waiting. */
  stop(): void {
    this.ended.abort();
  }
}
