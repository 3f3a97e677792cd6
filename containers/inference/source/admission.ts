import { RequestError } from "./errors";

interface Waiting {
  readonly signal: AbortSignal;
  readonly admit: (leave: () => void) => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * Bounds photos twice: at most `inWork` photos are worked on at once, so that memory does not grow with the
 * load, and at most `inFlight` are admitted altogether, so that nobody waits for longer than those ahead take.
 */
export class Admission {
  private readonly line: Waiting[] = [];
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
    let waiting: Waiting | undefined;
    const onAbort = () => {
      if (waiting) this.forget(waiting);
    };
    signal.addEventListener("abort", onAbort);
    const place = new Promise<() => void>((admit, refuse) => {
      waiting = { signal, admit, refuse };
      this.line.push(waiting);
      this.advance();
    });
    return place.finally(() => signal.removeEventListener("abort", onAbort));
  }

  private forget(waiting: Waiting): void {
    const place = this.line.indexOf(waiting);
    if (place < 0) return;
    this.line.splice(place, 1);
    waiting.refuse(waiting.signal.reason);
  }

  private advance(): void {
    while (this.working < this.limits.inWork) {
      const next = this.line.shift();
      if (!next) return;
      this.working += 1;
      next.admit(() => {
        this.working -= 1;
        this.advance();
      });
    }
  }
}
