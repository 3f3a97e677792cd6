import { RequestError } from "./errors";

/** Bounds how many photos wait or are in work, so that nobody waits for longer than those ahead take. */
export class Admission {
  private count = 0;

  constructor(private readonly limit: number) {}

  /** Photos waiting or in work. */
  get inFlight(): number {
    return this.count;
  }

  /** @throws RequestError 503 if one more photo would be too many */
  check(): void {
    if (this.count < this.limit) return;
    throw new RequestError(
      "overloaded",
      `The server is processing or queueing ${this.count} photos, which is its limit: try again, or add instances.`,
    );
  }

  /** Does the work for a photo, which counts until that is done. */
  async admit<T>(work: () => Promise<T>): Promise<T> {
    this.count += 1;
    try {
      return await work();
    } finally {
      this.count -= 1;
    }
  }
}
