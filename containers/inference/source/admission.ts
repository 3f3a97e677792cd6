import { RequestError } from "./errors";

/**
 * Bounds photos twice: at most `inWork` photos are worked on at once, so that memory does not grow with the
 * load, and at most `inFlight` are admitted altogether, so that nobody waits for longer than those ahead take.
 */
export class Admission {
  /** What lets in those that wait, in the order of their arrival. */
  private readonly line: (() => void)[] = [];
  private working = 0;

  constructor(private readonly limits: { readonly inWork: number; readonly inFlight: number }) {}

  /** Photos admitted: waiting or in work. */
  get inFlight(): number {
    return this.line.length + this.working;
  }

  /** @throws RequestError 503 if one more photo would be too many */
  check(): void {
    if (this.inFlight < this.limits.inFlight) return;
    throw new RequestError(
      "overloaded",
      `The server is processing or queueing ${this.inFlight} photos, which is its limit: try again, or add instances.`,
    );
  }

  /**
   * Waits for a place and returns the function that gives it back.
   * @param options `isPatient`: waits however many wait already
   * @throws RequestError 503 if too many wait already; the signal's reason if it is aborted first
   */
  async enter(
    signal: AbortSignal,
    options: { readonly isPatient?: boolean } = {},
  ): Promise<() => void> {
    if (!options.isPatient) this.check();
    signal.throwIfAborted();
    if (this.working === this.limits.inWork) await this.turn(signal);
    else this.working += 1;
    return () => {
      const next = this.line.shift();
      if (next) next();
      else this.working -= 1;
    };
  }

  /** Waits for somebody's place. */
  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const next = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.line.splice(this.line.indexOf(next), 1);
        reject(signal.reason as Error);
      };
      signal.addEventListener("abort", giveUp);
      this.line.push(next);
    });
  }
}
