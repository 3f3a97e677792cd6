import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { attack, type Attack } from "./hostile-requests";
import { Random } from "./random";

/** Milliseconds after which a client that was owed an answer says so. */
const ANSWER_LIMIT_MS = 8000;
const ATTACKS_AT_ONCE = 8;

/** Statuses that a hostile request may get: never 500, which is a mistake of the server's. */
function isAllowed(status: number): boolean {
  return (status >= 200 && status < 300) || (status >= 400 && status < 500) || status === 503;
}

/** Something that must not happen. */
export interface Finding {
  /** Repeats the attack: `attackOf(photos, seed)`. */
  readonly seed: number;
  readonly attack: string;
  readonly problem: string;
}

export interface BatchResult {
  readonly findings: readonly Finding[];
  /** How often each status was answered; 0 is a connection without an answer. */
  readonly statuses: Readonly<Record<number, number>>;
}

/** The attack that a seed stands for. */
export function attackOf(photos: readonly Buffer[], seed: number): Attack {
  return attack(photos, new Random(seed));
}

/**
 * Sends attacks, several at once.
 * @param photos sound photos, to be damaged
 * @param seeds one an attack
 */
export async function runBatch(
  port: number,
  photos: readonly Buffer[],
  seeds: readonly number[],
): Promise<BatchResult> {
  const findings: Finding[] = [];
  const statuses: Record<number, number> = {};
  const waiting = [...seeds];
  const client = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      const given = attackOf(photos, seed);
      const answer = await exchange(port, given);
      const answers = parseAnswers(answer.bytes);
      for (const { status } of answers.length > 0 ? answers : [{ status: 0 }]) {
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      const problems = [
        ...(answers.length === 0 && given.expectsAnswer
          ? [answer.timedOut ? "no answer in time" : "no answer"]
          : []),
        ...answers.flatMap((each) => problemOf(each) ?? []),
      ];
      findings.push(...problems.map((problem) => ({ seed, attack: given.name, problem })));
    }
  };
  await Promise.all(Array.from({ length: ATTACKS_AT_ONCE }, client));
  return { findings, statuses };
}

/** Sends an attack and returns all that came back. */
async function exchange(
  port: number,
  given: Attack,
): Promise<{ bytes: Buffer; timedOut: boolean }> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const received: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  // A server may close while a client still sends.
  socket.on("error", () => undefined);
  const ended = new Promise<boolean>((resolve) => {
    socket.on("end", () => resolve(false));
    socket.on("close", () => resolve(false));
    setTimeout(() => resolve(true), ANSWER_LIMIT_MS).unref();
  });
  await Promise.race([once(socket, "connect").catch(() => undefined), ended]);
  for (const part of given.parts) {
    if (!socket.writable) break;
    socket.write(part);
    if (given.pauseMs > 0) await wait(given.pauseMs);
  }
  if (given.ending === "reset") socket.resetAndDestroy();
  if (given.ending === "half-close") socket.end();
  const timedOut = await ended;
  socket.destroy();
  return { bytes: Buffer.concat(received), timedOut };
}

interface ParsedAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Splits what a connection received into answers. */
function parseAnswers(bytes: Buffer): ParsedAnswer[] {
  const answers: ParsedAnswer[] = [];
  for (let rest = bytes.toString("latin1"); rest.length > 0;) {
    const end = rest.indexOf("\r\n\r\n");
    const head = rest.slice(0, end < 0 ? undefined : end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? NaN);
    const after = end < 0 ? "" : rest.slice(end + 4);
    const length = lengthOfBody(head, after);
    answers.push({ status, head, body: after.slice(0, length) });
    rest = after.slice(length);
  }
  // "100 Continue" announces an answer.
  return answers.filter(({ status }) => status !== 100);
}

function lengthOfBody(head: string, rest: string): number {
  if (!/^transfer-encoding: chunked$/im.test(head)) {
    return Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  }
  const lastChunk = "0\r\n\r\n";
  const at = rest.startsWith(lastChunk) ? 0 : rest.indexOf(`\r\n${lastChunk}`) + 2;
  return at < 2 && !rest.startsWith(lastChunk) ? rest.length : at + lastChunk.length;
}

function problemOf({ status, head, body }: ParsedAnswer): string | undefined {
  if (Number.isNaN(status)) return `an answer that is not HTTP: ${head.slice(0, 200)}`;
  if (!isAllowed(status)) return `status ${status}: ${body.slice(0, 300)}`;
  if (/\n\s+at |node_modules|\.[cm]?js:\d/.test(body)) return `a trace: ${body.slice(0, 300)}`;
  if (status < 400) return undefined;
  try {
    const { error } = JSON.parse(body) as { error: { code: unknown; message: unknown } };
    if (typeof error.code === "string" && typeof error.message === "string") return undefined;
  } catch {
    // Not JSON: the same problem as another shape.
  }
  return `status ${status} without a reason: ${body.slice(0, 300)}`;
}
