/** The evaluator alone: documents a second over the hand-written cases, and how long the worst documents take. Prints JSON. */
import { checkDocument, prepareToCheck } from "../../policies/iam/check";
import { adversarialDocuments } from "./adversarial";
import { readCases } from "./cases";
import { spread, type Spread } from "../spread";

/** How long one document takes, in milliseconds. */
export interface Latency {
  readonly id: string;
  readonly characters: number;
  /** By the clock, the first time that this process sees the document. */
  readonly first: number;
  /** The processor's time of that first time. */
  readonly firstProcessor: number;
  /** By the clock, over the repetitions. */
  readonly again: Spread;
  /** The processor's time in the fastest repetition: what other programs on the machine do is not in it. */
  readonly processor: number;
}

/** What this program prints. */
export interface EvaluatorSpeed {
  readonly documentsPerSecond: Spread;
  /** The same by the processor's time: what the machine does for others is not in it. */
  readonly documentsPerProcessorSecond: Spread;
  readonly latencies: readonly Latency[];
}

const ROUNDS = 7;
const DOCUMENTS_A_ROUND = 10_000;
const REPETITIONS = 5;

function throughput(): Pick<EvaluatorSpeed, "documentsPerSecond" | "documentsPerProcessorSecond"> {
  const texts = readCases().map(({ text }) => text);
  const rounds = Array.from({ length: ROUNDS }, () => {
    let judged = 0;
    const { clock, processor } = time(() => {
      while (judged < DOCUMENTS_A_ROUND) {
        texts.forEach((text) => checkDocument(text));
        judged += texts.length;
      }
    });
    return { clock: (judged / clock) * 1000, processor: (judged / processor) * 1000 };
  });
  return {
    documentsPerSecond: spread(rounds.map(({ clock }) => clock)),
    documentsPerProcessorSecond: spread(rounds.map(({ processor }) => processor)),
  };
}

function latencyOf({ id, text }: { id: string; text: string }): Latency {
  const [first, ...again] = Array.from({ length: REPETITIONS + 1 }, () =>
    time(() => checkDocument(text)),
  );
  return {
    id,
    characters: text.length,
    first: first!.clock,
    firstProcessor: first!.processor,
    again: spread(again.map(({ clock }) => clock)),
    processor: Math.min(...again.map(({ processor }) => processor)),
  };
}

/** Milliseconds by the clock and of the processor. */
function time(work: () => void): { clock: number; processor: number } {
  const before = process.cpuUsage();
  const started = performance.now();
  work();
  const clock = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { clock, processor: (user + system) / 1000 };
}

prepareToCheck();
const result: EvaluatorSpeed = {
  latencies: adversarialDocuments().map(latencyOf),
  ...throughput(),
};
console.log(JSON.stringify(result));
