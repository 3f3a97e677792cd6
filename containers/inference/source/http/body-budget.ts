import { RequestError } from "../errors";

/**
 * Bounds the memory that request bodies take together: what has arrived of them and not what they announce, so that nobody takes room by promising much
 * and sending little.
 */
export class BodyBudget {
  private held = 0;
  private exceeding?: BodyAccount;
  private waiting: (() => void)[] = [];

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

  /** Whether there is room for bytes that can wait: they leave half of it to those that can't. */
  hasRoom(account: BodyAccount, bytes: number, isOnlyRecord: boolean): boolean {
    if (this.held + bytes <= this.maximum / 2) return true;
    // One record at a time goes beyond: if all waited halfway, none would ever end.
    if (!isOnlyRecord || (this.exceeding ?? account) !== account) return false;
    this.exceeding = account;
    return true;
  }

  /** Counts bytes; a negative number gives them back. */
  count(account: BodyAccount, bytes: number): void {
    this.held += bytes;
    if (bytes >= 0) return;
    if (this.exceeding === account) delete this.exceeding;
    for (const goOn of this.waiting.splice(0)) goOn();
  }

  /** Resolves when bytes are given back. */
  release(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

/** What one request holds of a {@link BodyBudget}. */
export class BodyAccount {
  private held = 0;
  private isClosed = false;

  constructor(private readonly budget: BodyBudget) {}

  /**
   * Counts bytes of a body that is received as a whole.
   * @throws RequestError 503 if there is no room for them
   */
  take(bytes: number): void {
    if (!this.isClosed) this.budget.check(bytes, this.held);
    this.change(bytes);
  }

  /**
   * Counts bytes of one of many records, once there is room for them.
   * @param record bytes that are held of it already
   */
  async takeInTurn(bytes: number, record: number): Promise<void> {
    while (!this.isClosed && !this.budget.hasRoom(this, bytes, this.held === record)) {
      await this.budget.release();
    }
    this.change(bytes);
  }

  give(bytes: number): void {
    this.change(-bytes);
  }

  /** Gives everything back; nothing is counted from now on. */
  close(): void {
    this.change(-this.held);
    this.isClosed = true;
  }

  private change(bytes: number): void {
    if (this.isClosed || bytes === 0) return;
    this.held += bytes;
    this.budget.count(this, bytes);
  }
}
