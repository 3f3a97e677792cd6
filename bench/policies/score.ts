import { spread, type Spread } from "../spread";
import type { Answer, Round, Strength, ToolResult } from "./answers";
import type { Case } from "./cases";

/** How a tool answers one question about the documents of which the answer is yes. */
export interface Catches {
  readonly of: number;
  /** Documents of which a finding says it in so many words. */
  readonly named: number;
  /** Documents of which a finding only says that something is not scoped. */
  readonly generic: number;
  readonly missed: readonly string[];
}

/** A tool's record on a corpus. */
export interface Score {
  readonly tool: string;
  readonly version: string;
  readonly fullAccess: Catches;
  readonly invokeUnscoped: Catches;
  /** Sound documents of which the answer to a question is no, and those of them where the tool says yes. */
  readonly falseAlarms: { readonly of: number; readonly ids: readonly string[] };
  /** Documents that AWS accepts and the tool does not, or on which it crashes. */
  readonly refused: { readonly of: number; readonly ids: readonly string[] };
  readonly malformed: {
    readonly of: number;
    /** Said to be malformed. */
    readonly rejected: number;
    /** Judged as if sound, but not clean: a finding about something else at least. */
    readonly flagged: number;
    readonly crashed: number;
    /** Passed without a word. */
    readonly silent: readonly string[];
  };
  readonly startupSeconds: number;
  readonly documentsPerSecond: Spread;
}

type Question = "fullAccess" | "invokeUnscoped";

/**
 * Scores a tool's answers.
 * @param countGeneric whether a finding that only says that something is not scoped is a false alarm. It is on documents
 *   in which nothing can be scoped any further, as in the hand-written ones; it may be right on others.
 */
export function score(
  { tool, version, startupSeconds, rounds, answers }: ToolResult,
  cases: readonly Case[],
  countGeneric: boolean,
): Score {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const answerTo = ({ id }: Case): Answer => {
    const answer = byId.get(id);
    if (answer === undefined) {
      throw new Error(`${tool} gave no answer about ${id}.`);
    }
    return answer;
  };
  const sound = cases.filter(({ expected }) => expected.analysable);
  const questions = ["fullAccess", "invokeUnscoped"] as const;
  const spared = sound.filter(({ expected }) => questions.some((each) => expected[each] === false));
  const isFalseAlarm = (each: Case): boolean => {
    const isSpotless = questions.every((question) => each.expected[question] === false);
    return questions.some(
      (question) =>
        each.expected[question] === false &&
        // Where one fault is there, a generic finding may well mean that one.
        isAlarm(answerTo(each)[question], countGeneric && isSpotless),
    );
  };
  return {
    tool,
    version,
    fullAccess: catches("fullAccess", sound, answerTo),
    invokeUnscoped: catches("invokeUnscoped", sound, answerTo),
    falseAlarms: {
      of: spared.length,
      ids: ids(spared.filter(isFalseAlarm)),
    },
    refused: {
      of: sound.length,
      ids: ids(sound.filter((each) => answerTo(each).status !== "judged")),
    },
    malformed: malformed(
      cases.filter(({ expected }) => !expected.analysable),
      answerTo,
    ),
    startupSeconds,
    documentsPerSecond: spread(rounds.map(perSecond)),
  };
}

function isAlarm(strength: Strength, countGeneric: boolean): boolean {
  return strength === "named" || (strength === "generic" && countGeneric);
}

function catches(
  question: Question,
  sound: readonly Case[],
  answerTo: (each: Case) => Answer,
): Catches {
  const guilty = sound.filter(({ expected }) => expected[question] === true);
  const by = (strength: Strength): Case[] =>
    guilty.filter((each) => answerTo(each)[question] === strength);
  return {
    of: guilty.length,
    named: by("named").length,
    generic: by("generic").length,
    missed: ids(by("no")),
  };
}

function malformed(cases: readonly Case[], answerTo: (each: Case) => Answer): Score["malformed"] {
  const having = (status: Answer["status"]): Case[] =>
    cases.filter((each) => answerTo(each).status === status);
  const judged = having("judged");
  const silent = judged.filter((each) => answerTo(each).findings.length === 0);
  return {
    of: cases.length,
    rejected: having("rejected").length,
    flagged: judged.length - silent.length,
    crashed: having("crashed").length,
    silent: ids(silent),
  };
}

function ids(cases: readonly Case[]): string[] {
  return cases.map(({ id }) => id);
}

function perSecond({ documents, seconds }: Round): number {
  return documents / seconds;
}
