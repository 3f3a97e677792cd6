import ora from "ora";

/** Shows each step of a longer run while it works: a spinner on a terminal, a line in a log. */
export class Progress {
  /** Runs `work` under `title`; the step's time is shown when it ends, and a failure stays visible. */
  async step<Result>(title: string, work: () => Promise<Result> | Result): Promise<Result> {
    const spinner = ora({ text: title, stream: process.stderr }).start();
    const started = performance.now();
    try {
      const result = await work();
      spinner.succeed(`${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
      return result;
    } catch (error) {
      spinner.fail(title);
      throw error;
    }
  }
}
