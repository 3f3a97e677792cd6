import { RequestError } from "../errors";

/** What one request holds of a {@link BodyBudget}. */
export interface BodyAccount {
  /** @throws RequestError 503 if there is no room for so many more bytes */
  readonly take: (bytes: number) => void;
  /** Gives everything back; nothing is counted from now on. */
  readonly close: () => void;
}

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

  /** An account for one request. */
  open(): BodyAccount {
    let own = 0;
    let isClosed = false;
    return {
      take: (bytes) => {
        if (isClosed) return;
        this.check(bytes, own);
        own += bytes;
        this.held += bytes;
      },
      close: () => {
        this.held -= own;
        own = 0;
        isClosed = true;
      },
    };
  }
}
