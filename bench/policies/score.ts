/** A document with what IAM's semantics say of it. */
export interface Case {
  readonly id: string;
  /** The document's JSON text, or what stands in its place. */
  readonly text: string;
  /** The answers are null where AWS would not accept it, and nothing else is asked. */
  readonly expected: {
    /** Whether it allows every action of a service, present and future, on every resource, without restricting condition. */
    readonly fullAccess: boolean | null;
    /** Whether it allows an invoke action on endpoints of any name, without restricting condition. */
    readonly invokeUnscoped: boolean | null;
    readonly analysable: boolean;
  };
}

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

/** Ids of documents by what a tool says of them. */
export type Tally = Readonly<Record<string, readonly string[]>>;

const QUESTIONS = ["fullAccess", "invokeUnscoped"] as const;

/** A tool's record: `fullAccess` and `invokeUnscoped` tally the documents of which the answer is yes, `spared` those with a no. */
export function score(answers: readonly Answer[], cases: readonly Case[]) {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const judged = cases.map((each) => {
    const answer = byId.get(each.id);
    if (answer === undefined) throw new Error(`There is no answer about ${each.id}.`);
    return { ...each, answer };
  });
  type Judged = (typeof judged)[number];
  const tally = (some: readonly Judged[], kindOf: (each: Judged) => string): Tally => {
    const kinds: Record<string, string[]> = {};
    for (const each of some) (kinds[kindOf(each)] ??= []).push(each.id);
    return kinds;
  };
  const sound = judged.filter(({ expected }) => expected.analysable);
  const malformed = judged.filter(({ expected }) => !expected.analysable);
  const strengths = (question: (typeof QUESTIONS)[number]) =>
    tally(
      sound.filter(({ expected }) => expected[question]),
      ({ answer }) => answer[question],
    );
  return {
    fullAccess: strengths("fullAccess"),
    invokeUnscoped: strengths("invokeUnscoped"),
    spared: tally(
      sound.filter(({ expected }) => QUESTIONS.some((each) => expected[each] === false)),
      (each) => (isFalseAlarm(each) ? "alarm" : "quiet"),
    ),
    sound: tally(sound, ({ answer }) => answer.status),
    malformed: tally(malformed, ({ answer: { status, findings } }) =>
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
