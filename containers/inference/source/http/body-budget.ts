import { RequestError } from "../errors";

/**
 * Bounds the memory that request bodies take together: what has arrived of them and not what they announce, so that nobody takes
 * room by promising much and sending little.
 */
export class BodyBudget {
  private held = 0;

  /** @param maximum bytes of all bodies together */
  constructor(private readonly maximum: number) {}

  /**
   * @param own bytes that the same request holds already
   * @throws RequestError 503 if there is no room for so many more bytes
   */
  check(bytes: number, own = 0): void {
    // A single body always fits, so that a small budget can't make the server useless.
    if (this.held === own || this.held + bytes <= this.maximum) return;
    throw new RequestError(
      "overloaded",
      `The server holds ${this.held} bytes of requests already: try again, or add instances.`,
    );
  }

  /** Counts bytes; a negative number gives them back. */
  count(bytes: number): void {
    this.held += bytes;
  }
}

/** What one request holds of a {@link BodyBudget}. */
export class BodyAccount {
  private held = 0;
  private isClosed = false;

  constructor(private readonly budget: BodyBudget) {}

  /** @throws RequestError 503 if there is no room for so many more bytes */
  take(bytes: number): void {
    if (this.isClosed) return;
    this.budget.check(bytes, this.held);
    this.held += bytes;
    this.budget.count(bytes);
  }

  /** Gives everything back; nothing is counted from now on. */
  close(): void {
    this.budget.count(-this.held);
    this.held = 0;
    this.isClosed = true;
  }
}
