import type { Case } from "./cases";

/** How plainly a tool says something: in so many words, only that something is not scoped, or not at all. */
type Strength = "named" | "generic" | "no";

/** What a tool says of one document. */
export interface Answer {
  readonly id: string;
  /** `rejected`: the tool says that the document is malformed. `crashed`: it ends with an exception. */
  readonly status: "judged" | "rejected" | "crashed";
  readonly fullAccess: Strength;
  readonly invokeUnscoped: Strength;
  readonly findings: readonly string[];
}

/** A tool's answers about every document. */
export interface ToolResult {
  readonly tool: string;
  readonly version: string;
  readonly answers: readonly Answer[];
}

/** Ids of documents by what a tool says of them. */
type Tally<Kind extends string> = Readonly<Record<Kind, readonly string[]>>;

/** A tool's record. */
export interface Score {
  readonly tool: string;
  readonly version: string;
  /** Documents of which the answer to the question is yes. */
  readonly fullAccess: Tally<Strength>;
  readonly invokeUnscoped: Tally<Strength>;
  /** Sound documents of which the answer to a question is no, by whether the tool says yes. */
  readonly spared: Tally<"alarm" | "quiet">;
  /** Documents that AWS accepts, by whether the tool does. */
  readonly sound: Tally<Answer["status"]>;
  /** Documents that AWS does not accept; `flagged`: not clean at least, `silent`: passed without a word. */
  readonly malformed: Tally<"rejected" | "flagged" | "crashed" | "silent">;
}

const QUESTIONS = ["fullAccess", "invokeUnscoped"] as const;

/** Scores a tool's answers. */
export function score(result: ToolResult, cases: readonly Case[]): Score {
  const { tool, version, answers } = result;
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const judged = cases.map((each) => {
    const answer = byId.get(each.id);
    if (answer === undefined) {
      throw new Error(`${tool} gave no answer about ${each.id}.`);
    }
    return { ...each, answer };
  });
  type Judged = (typeof judged)[number];
  const tally = <Kind extends string>(
    some: readonly Judged[],
    kinds: readonly Kind[],
    kindOf: (each: Judged) => Kind,
  ): Tally<Kind> =>
    Object.fromEntries(
      kinds.map((kind) => [kind, some.filter((each) => kindOf(each) === kind).map(({ id }) => id)]),
    ) as Record<Kind, string[]>;
  const sound = judged.filter(({ expected }) => expected.analysable);
  const strengths = (question: (typeof QUESTIONS)[number]): Tally<Strength> =>
    tally(
      sound.filter(({ expected }) => expected[question] === true),
      ["named", "generic", "no"],
      ({ answer }) => answer[question],
    );
  return {
    ...{ tool, version },
    fullAccess: strengths("fullAccess"),
    invokeUnscoped: strengths("invokeUnscoped"),
    spared: tally(
      sound.filter(({ expected }) => QUESTIONS.some((each) => expected[each] === false)),
      ["alarm", "quiet"],
      (each) => (isFalseAlarm(each) ? "alarm" : "quiet"),
    ),
    sound: tally(sound, ["judged", "rejected", "crashed"], ({ answer }) => answer.status),
    malformed: tally(
      judged.filter(({ expected }) => !expected.analysable),
      ["rejected", "flagged", "crashed", "silent"],
      ({ answer: { status, findings } }) =>
        status !== "judged" ? status : findings.length > 0 ? "flagged" : "silent",
    ),
  };
}

/** Where one fault is there, a generic finding may well mean that one; a spotless document can't be scoped any further. */
function isFalseAlarm({ expected, answer }: Case & { answer: Answer }): boolean {
  const isSpotless = QUESTIONS.every((each) => expected[each] === false);
  return QUESTIONS.some(
    (each) =>
      expected[each] === false &&
      (answer[each] === "named" || (answer[each] === "generic" && isSpotless)),
  );
}
