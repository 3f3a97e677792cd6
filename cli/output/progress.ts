import ora from "ora";

/** Shows each step of a longer run while it works: a spinner on a terminal, a line when it is done in a log. */
export class Progress {
  /** Runs `work` under `title`; the step's time is shown when it ends, and a failure stays visible. */
  async step<Result>(title: string, work: () => Promise<Result> | Result): Promise<Result> {
    const spinner = ora({ text: title, stream: process.stderr, isSilent: !process.stderr.isTTY });
    spinner.start();
    const started = performance.now();
    try {
      const result = await work();
      const done = `${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`;
      spinner.succeed(done);
      logLine(done);
      return result;
    } catch (error) {
      spinner.fail(title);
      logLine(`${title} failed`);
      throw error;
    }
  }
}

function logLine(text: string): void {
  if (!process.stderr.isTTY) {
    process.stderr.write(`${text}\n`);
  }
}
