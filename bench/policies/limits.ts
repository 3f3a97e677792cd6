/**
 * The evaluator against its bars: documents and pairs of documents a second over the hand-written cases, and how long the worst
 * documents take.
 */
import { checkDocument } from "../../policies/iam/judge";
import { comparePolicies } from "../../policies/iam/diff";
import { loadAllServices } from "../../policies/iam/services";
import { spread, type Spread } from "../spread";
import type { Case } from "./cases";

/** What was measured; times are the processor's, in which what the machine does for others is not. */
export interface Limits {
  readonly documentsPerSecond: Spread;
  /** Comparisons: of each document with itself, with another form of it, and with the next one. */
  readonly pairsPerSecond: Spread;
  readonly latencies: readonly {
    readonly id: string;
    readonly characters: number;
    /** Milliseconds: the first time that this process sees the document, and the fastest of five more. */
    readonly first: number;
    readonly again: number;
  }[];
}

type Statement = Readonly<Record<string, unknown>>;

const ENDPOINT = "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/";
const INVOKE = "sagemaker:Invoke*";

/** Documents as large as any that is read (policies/iam/size.ts), and larger ones: what a mistake or an attacker may send. */
const WORST: Readonly<Record<string, readonly Statement[] | string>> = {
  "1,900 stars in an action": [allow(`s3:${"*a".repeat(1_900)}`)],
  "1,900 stars in a resource": [allow(INVOKE, `arn:aws:sagemaker:${"*e".repeat(1_900)}`)],
  "question marks and stars": [allow(`s3:${"?".repeat(900)}`, `arn:${"*?".repeat(500)}`)],
  "480 actions with stars for the service": [allow(many(480, (n) => `*${n % 10}*a*:*${n}*`))],
  "950 actions with stars in one service": [allow(many(950, (n) => `sagemaker:*${n}*End*`))],
  "390 endpoint patterns with stars": [
    allow(
      INVOKE,
      many(390, (n) => `arn:*:sagemaker:*:*:end*t/*${n}*x*`),
    ),
  ],
  "720 statements": many(720, (n) => allow(`s3:Get${n}*`, `arn:aws:s3:::b-${n}/*`)),
  "720 statements that allow everything": many(720, () => allow("*")),
  "950 actions on 950 resources": [
    allow(
      many(950, (n) => `sagemaker:Invoke*${n % 7}`),
      many(950, (n) => `${ENDPOINT}name-${n}-*`),
    ),
  ],
  "NotAction with 650 services by wildcard": [
    { Effect: "Allow", NotAction: many(650, (n) => `*${n}*:*`), Resource: "*" },
  ],
  "NotResource with 950 patterns": [
    { Effect: "Allow", Action: "*", NotResource: many(950, (n) => `${ENDPOINT}*${n}*`) },
  ],
  "1,000 conditions": [
    {
      ...allow("s3:*"),
      Condition: {
        StringLike: Object.fromEntries(
          many(1_000, (n) => [`aws:PrincipalTag/${n}`, ["*", "a"]] as const),
        ),
      },
    },
  ],
  "719 exact Deny statements": [
    allow("*"),
    ...many(719, (n) => deny("sagemaker:InvokeEndpoint", `${ENDPOINT}dogs-${n}`)),
  ],
  "200 Allow and 200 Deny statements on endpoint patterns": [
    ...many(200, (n) => allow(INVOKE, `${ENDPOINT}a*${n}*`)),
    ...many(200, (n) => deny(INVOKE, `${ENDPOINT}*b*${n}`)),
  ],
  "everything and 490 Deny statements with stars": [
    allow("*"),
    ...many(490, (n) => deny(`*${n % 97}*:*${n}*`)),
  ],
  "3,000 statements": many(3_000, () => allow("*")),
  "50,000 stars": [allow(INVOKE, `arn:aws:sagemaker:${"*e".repeat(50_000)}`)],
  "50,000 lists in each other": `${"[".repeat(50_000)}${"]".repeat(50_000)}`,
  "30,000 objects never closed": '{"a":'.repeat(30_000),
  "one key 10,000 times": `{${'"Id":"a",'.repeat(10_000)}"Statement":[]}`,
  "1,000,000 blanks": " ".repeat(1_000_000),
};

function allow(action: unknown, resource: unknown = "*"): Statement {
  return { Effect: "Allow", Action: action, Resource: resource };
}

function deny(action: unknown, resource: unknown = "*"): Statement {
  return { ...allow(action, resource), Effect: "Deny" };
}

function many<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}

function milliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** How many questions a processor answers in a second, over seven rounds. */
function perSecond(questions: readonly (() => unknown)[]): Spread {
  return spread(
    many(
      7,
      () => (questions.length / milliseconds(() => questions.forEach((ask) => ask()))) * 1000,
    ),
  );
}

/** The same document written otherwise: its statements the other way round, their lists as well. */
function rewritten(text: string): string {
  const { Statement, ...others } = JSON.parse(text) as { Statement: Statement | Statement[] };
  const statements = [Statement]
    .flat()
    .map((each) =>
      Object.fromEntries(
        Object.entries(each).map(([key, value]) => [
          key,
          Array.isArray(value) ? value.toReversed() : value,
        ]),
      ),
    );
  return JSON.stringify({ ...others, Statement: statements.toReversed() });
}

/** Measures the evaluator in this process, which should not have judged anything before. */
export function measureLimits(cases: readonly Case[]): Limits {
  loadAllServices();
  const latencies = Object.entries(WORST).map(([id, worst]) => {
    const text =
      typeof worst === "string"
        ? worst
        : JSON.stringify({ Version: "2012-10-17", Statement: worst });
    const check = (): number => milliseconds(() => checkDocument(text));
    return { id, characters: text.length, first: check(), again: Math.min(...many(5, check)) };
  });
  const documents = cases.map(
    ({ text }) =>
      () =>
        checkDocument(text),
  );
  const readable = cases.filter(({ expected }) => expected.analysable).map(({ text }) => text);
  const pairs = readable.flatMap((text, at) =>
    [text, rewritten(text), readable[(at + 1) % readable.length]!].map(
      (other) => () => comparePolicies(text, other),
    ),
  );
  return {
    latencies,
    documentsPerSecond: perSecond(many(70, () => documents).flat()),
    pairsPerSecond: perSecond(many(10, () => pairs).flat()),
  };
}
