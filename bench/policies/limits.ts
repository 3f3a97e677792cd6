import { comparePolicies } from "../../policies/iam/diff";
import { checkDocument } from "../../policies/iam/judge";
import { loadAllServices } from "../../policies/iam/services";
import { inTurn, spread } from "../measure";
import type { Case } from "./score";

const ENDPOINT = "arn:aws:sagemaker:eu-central-1:123456789012:endpoint/";
const INVOKE = "sagemaker:Invoke*";

/** Documents as large as any that is read (policies/iam/size.ts): what a mistake or an attacker may send. */
const WORST: Readonly<Record<string, readonly object[]>> = {
  "1,900 stars in an action": [allow(`s3:${"*a".repeat(1_900)}`)],
  "950 actions with stars in one service": [allow(many(950, (n) => `sagemaker:*${n}*End*`))],
  "720 statements that allow everything": many(720, () => allow("*")),
  "950 actions on 950 resources": [
    allow(
      many(950, (n) => `sagemaker:Invoke*${n % 7}`),
      many(950, (n) => `${ENDPOINT}name-${n}-*`),
    ),
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
};

function allow(action: unknown, resource: unknown = "*") {
  return { Effect: "Allow", Action: action, Resource: resource };
}

function deny(action: unknown, resource: unknown = "*") {
  return { ...allow(action, resource), Effect: "Deny" };
}

function many<Item>(count: number, make: (number: number) => Item): Item[] {
  return Array.from({ length: count }, (_, number) => make(number));
}

/** Processor time, which leaves out what the machine does for others. */
function milliseconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * The evaluator against its bars: documents and pairs of documents a second over the hand-written cases, and the worst documents
 * when this process, which should not have judged anything before, first sees them.
 * @returns a table
 */
export async function measureLimits(cases: readonly Case[]): Promise<string[][]> {
  loadAllServices();
  const worst = Object.entries(WORST).map(([id, statements]) => {
    const text = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    return [id, `${milliseconds(() => checkDocument(text)).toFixed(1)} ms`, "50 ms"];
  });
  const readable = cases.filter(({ expected }) => expected.analysable).map(({ text }) => text);
  // Each document with itself, with its statements the other way round, and with the next one.
  const pairs = readable.flatMap((text, at) => {
    const { Statement, ...others } = JSON.parse(text) as { Statement: unknown };
    const turned = JSON.stringify({ ...others, Statement: [Statement].flat().toReversed() });
    return [text, turned, readable[(at + 1) % readable.length]!].map((other) => [text, other]);
  });
  const perSecond = (times: number, count: number, work: () => void) => () =>
    (times * count * 1000) / milliseconds(() => many(times, work));
  const rates = await inTurn(7, {
    documents: perSecond(70, cases.length, () => cases.forEach(({ text }) => checkDocument(text))),
    pairs: perSecond(10, pairs.length, () =>
      pairs.forEach(([one, other]) => comparePolicies(one!, other!)),
    ),
  });
  return [
    ["what", "measured", "bar"],
    ["documents judged a second", spread(rates["documents"]!, 0), "5,000"],
    ["pairs of documents compared a second", spread(rates["pairs"]!, 0), "2,000"],
    ...worst,
  ];
}
