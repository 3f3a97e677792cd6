import ora, { type Ora } from "ora";

/** What is going on, below the lines that are printed meanwhile: a spinner on a terminal, nothing in a log. */
export class LiveLine {
  readonly #spinner: Ora | undefined;

  constructor() {
    this.#spinner = process.stderr.isTTY
      ? ora({ stream: process.stderr, discardStdin: false })
      : undefined;
  }

  /** Shows `text`, of one or more lines, in place of the former one. */
  show(text: string): void {
    if (this.#spinner !== undefined) {
      this.#spinner.text = text;
      this.#spinner.start();
    }
  }

  /** Prints lines above it. */
  print(text: string, stream: NodeJS.WriteStream = process.stdout): void {
    const isShown = this.#spinner?.isSpinning === true;
    if (isShown) {
      this.#spinner.stop();
    }
    stream.write(`${text}\n`);
    if (isShown) {
      this.#spinner.start();
    }
  }

  /** Removes it. */
  end(): void {
    this.#spinner?.stop();
  }
}
