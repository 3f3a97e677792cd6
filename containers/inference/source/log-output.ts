/** Lines that come within so many milliseconds of each other are written together. */
const intervalMs = 100;

/** Standard output for the log: a line after a quiet moment is written at once, those that follow are collected. */
export class LogOutput {
  private pending = "";
  private timer?: NodeJS.Timeout;

  /** @param out writes text, at once */
  constructor(private readonly out: (text: string) => void) {}

  write(line: string): void {
    this.pending += line;
    if (this.timer) return;
    this.flush();
    this.timer = setTimeout(() => {
      delete this.timer;
      this.flush();
    }, intervalMs);
    this.timer.unref();
  }

  /** Writes what is pending; to be called before the process ends. */
  flush(): void {
    if (this.pending === "") return;
    const text = this.pending;
    this.pending = "";
    this.out(text);
  }
}
