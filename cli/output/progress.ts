import { isDrawable, liveLine } from "./live-line";

/**
 * Runs `work` under `title`: a spinner on a terminal, a line when it is done in a log. The step's time is shown when it ends, and
 * a failure stays visible.
 */
export async function step<Result>(
  title: string,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  const spinner = liveLine(title);
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

function logLine(text: string): void {
  if (!isDrawable()) {
    process.stderr.write(`${text}\n`);
  }
}
