/** A lifecycle script as SageMaker will run it; undefined where it is not valid base64 text. */
export function decodeScript(encoded: string): string | undefined {
  const text = encoded.replace(/\s/g, "");
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0
    ? Buffer.from(text, "base64").toString("utf8")
    : undefined;
}

/** The stop of a notebook, as the AWS command line, the SDKs and the bare API call it. */
const STOP = /stop-notebook-instance|stop_notebook_instance|stopNotebookInstance/i;
/** What runs something later or again and again: cron, systemd, at, a loop or a process in the background. */
const LATER =
  /\bcron(tab)?\b|\/etc\/cron|systemd-run|OnCalendar|OnUnitActiveSec|\bat now\b|\bnohup\b|\bwhile\b|&\s*$/m;

/** What is missing from a script that should stop an idle notebook; undefined where nothing is. */
export function missingFromIdleShutdown(
  script: string,
  acceptedCommands: readonly string[],
): string | undefined {
  const code = script
    .split("\n")
    .filter((line) => !/^\s*#(?!!)/.test(line))
    .join("\n");
  if (!STOP.test(code) && !acceptedCommands.some((command) => code.includes(command))) {
    return "never calls StopNotebookInstance";
  }
  return LATER.test(code)
    ? undefined
    : "runs once, when the notebook starts: nothing (cron, a timer, a loop) looks again later";
}
