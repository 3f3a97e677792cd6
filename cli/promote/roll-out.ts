import { setTimeout as pause } from "node:timers/promises";

import type { LabelledAnswer } from "../invoke/ask-endpoint";
import { Refusal } from "../output/failure";
import type { Photo } from "../local/photos";
import type { Stack } from "../stack/stack";
import type { EndpointAlarm, EndpointState, LiveEndpoint } from "./live-endpoint";

const POLL_MILLISECONDS = 2000;
const ENDPOINT = "aws:sagemaker/endpoint:Endpoint";

/** What a roll-out is measured against. */
export interface Expectation {
  readonly stack: Stack;
  readonly endpoint: string;
  /** Alarms that were in ALARM before. */
  readonly ringing: readonly string[];
  readonly photo: Photo;
  /** What the model says of the photo here; undefined for an endpoint that can't be asked, such as an asynchronous one. */
  readonly answer: LabelledAnswer | undefined;
}

/**
 * Compares what is served with what should be.
 *
 * @throws Refusal
 */
export async function verify(
  { stack, endpoint, photo, answer }: Expectation,
  live: LiveEndpoint,
): Promise<EndpointState> {
  const after = await live.describe();
  if (after?.status !== "InService") {
    throw new Refusal(
      `${live.name} is ${after?.status ?? "gone"}: ${after?.failureReason ?? "SageMaker does not say why"}.`,
    );
  }
  const drift = await stack.drift();
  const own = drift.find(({ type, name }) => type === ENDPOINT && name === endpoint);
  if (own !== undefined) {
    throw new Refusal(`the account is not what the stack's state says: ${live.name} ${own.what}.`);
  }
  if (answer !== undefined) {
    const served = await live.ask(photo);
    if (served.model !== answer.model) {
      throw new Refusal(
        `${live.name} answers with the model ${served.model}, and not with ${answer.model}.`,
      );
    }
  }
  return after;
}

/**
 * Watches an endpoint's alarms.
 *
 * @param stopped - ends it early
 * @throws Refusal naming the alarm that goes off
 */
export async function watch(
  { ringing }: Pick<Expectation, "ringing">,
  live: LiveEndpoint,
  seconds: number,
  stopped: Promise<unknown>,
): Promise<"watched" | "stopped"> {
  const end = Date.now() + 1000 * seconds;
  let isStopped = false;
  void stopped.then(() => (isStopped = true));
  for (;;) {
    const fresh = inAlarm(await live.alarms()).filter(({ name }) => !ringing.includes(name));
    if (fresh.length > 0) {
      const lines = fresh.map(({ name, reason }) => `the alarm ${name} went off: ${reason}`);
      throw new Refusal(lines.join("\n"));
    }
    if (isStopped || Date.now() >= end) {
      return isStopped ? "stopped" : "watched";
    }
    await Promise.race([pause(Math.min(POLL_MILLISECONDS, end - Date.now() + 1)), stopped]);
  }
}

/** The alarms that are in ALARM. */
export function inAlarm(alarms: readonly EndpointAlarm[]): EndpointAlarm[] {
  return alarms.filter(({ state }) => state === "ALARM");
}

/** Shows a line of a stack's update. */
export function showLine(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
