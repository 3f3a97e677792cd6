import { setTimeout as pause } from "node:timers/promises";

/** Waits for the next look at what goes on in AWS, or until the signal is aborted. */
export async function nextLook(signal?: AbortSignal, milliseconds = lookInterval()): Promise<void> {
  await pause(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Milliseconds between two looks; time passes faster in the sandbox. */
function lookInterval(): number {
  return process.env["KENNEL_SANDBOX"] === undefined ? 5000 : 500;
}
