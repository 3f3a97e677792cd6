import { setTimeout as pause } from "node:timers/promises";

import type { EndpointState } from "../../infra/live/account";
import { inAlarm } from "../../infra/live/describe";
import { Refusal } from "../output/failure";
import type { LiveEndpoint } from "./live-endpoint";
import type { Plan } from "./plan";

const POLL_MILLISECONDS = 2000;
const ENDPOINT = "aws:sagemaker/endpoint:Endpoint";

/**
 * Compares what is served with what should be.
 *
 * @param canBeAsked - whether the endpoint answers at once; an asynchronous one takes its photos from S3
 * @throws Refusal
 */
export async function verify(
  { stack, endpoint, photo, answer }: Plan,
  live: LiveEndpoint,
  canBeAsked: boolean,
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
  if (canBeAsked) {
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
  { ringing }: Plan,
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

/** Shows a line of a stack's update. */
export function showLine(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
