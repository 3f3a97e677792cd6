import { count } from "../output/quantities";
import { requestText } from "../policy/request-text";
import { breaksTheBuild, type Finding } from "../preview/finding";
import type { AccessChange } from "./access";
import type { AccountReview } from "./account";
import { changesCost, type CostChange, isChanged } from "./cost-change";
import type { ResourceChange } from "./change";
import type { Reach } from "./reach";
import type { Review } from "./review-change";
import { placeOf, shortUrn } from "./urns";

/** One thing to say, and what belongs to it. */
export interface Item {
  readonly text: string;
  readonly details: readonly string[];
}

/** A part of the page. Those that come first matter most. */
export interface Section {
  readonly title: string;
  /** One line that says it all. */
  readonly summary: string;
  /** Whether the items are seen without opening it. */
  readonly isOpen: boolean;
  readonly items: readonly Item[];
}

/** What a review says, whatever form it is shown in. */
export interface Page {
  /** Such as `kennel/dev`. */
  readonly title: string;
  readonly verdict: "pass" | "fail";
  readonly headline: string;
  readonly sections: readonly Section[];
  /** What does not apply to any part, such as a base that could not be evaluated. */
  readonly notes: readonly string[];
}

/** Lays a review out, the most important first. */
export function pageOf(
  review: Review,
  notes: readonly string[] = [],
  { preview = [], drift = [], failure }: Partial<AccountReview> = {},
): Page {
  const { findings, changes, cost } = review;
  const sections = [
    findingsSection("Findings", findings.added, "new", true),
    accessSection(review),
    listSection("Secrets", review.secrets),
    changeSection(changes),
    costSection(cost),
    reachSection(review.reach),
    listSection("Not known before the deployment", review.unknown, false),
    listSection("Preview in the account", failure === undefined ? preview : [failure]),
    listSection("Drift", drift),
    findingsSection("Findings from before", findings.remaining, "not from this change", false),
    findingsSection("Findings that are gone", findings.resolved, "gone", false),
  ].filter((each) => each !== undefined);
  return {
    title: `${review.project}/${review.stack}`,
    verdict: review.verdict,
    headline: headlineOf(review),
    sections: review.isQuiet
      ? sections.filter(({ title }) => /^(?:Findings from|Drift|Preview)/.test(title))
      : sections,
    notes,
  };
}

function headlineOf(review: Review): string {
  if (review.isQuiet) {
    return "nothing changes";
  }
  const { findings, access, changes, cost } = review;
  const more = access.filter(
    ({ newlyAllowed, relation }) => newlyAllowed.length > 0 || relation === "unknown",
  );
  const dollars = cost.atRest.after - cost.atRest.before;
  const most = cost.atMost.after - cost.atMost.before;
  return [
    ...(review.move === undefined ? [] : [`from ${review.move.from} to ${review.move.to}`]),
    ...(findings.added.length > 0 ? [count(findings.added.length, "new finding")] : []),
    more.length > 0 ? `new access for ${count(more.length, "subject")}` : "no new access",
    dollars === 0 && most === 0
      ? changesCost(cost)
        ? "the same cost in all"
        : "no change in cost"
      : [
          dollars === 0 ? "the same cost at rest" : `${signed(dollars)} USD a month`,
          ...(signed(most) === signed(dollars) ? [] : [`${signed(most)} USD a month at most`]),
        ].join(", "),
    changesInNumbers(changes),
  ].join("; ");
}

function changesInNumbers(changes: readonly ResourceChange[]): string {
  const numbers = (["created", "updated", "replaced", "deleted"] as const).flatMap((kind) => {
    const number = changes.filter((each) => each.kind === kind).length;
    return number === 0 ? [] : [`${number} ${kind}`];
  });
  return numbers.length === 0 ? "no resource changes" : numbers.join(", ");
}

/** Undefined where there is nothing to say. */
function section(
  title: string,
  summary: string,
  items: readonly Item[],
  isOpen: boolean,
): Section | undefined {
  return items.length === 0 ? undefined : { title, summary, items, isOpen };
}

function plainItem(text: string): Item {
  return { text, details: [] };
}

function findingsSection(
  title: string,
  findings: readonly Finding[],
  what: string,
  isOpen: boolean,
): Section | undefined {
  const breaking = findings.filter(breaksTheBuild).length;
  const items = findings.map((finding) => ({
    text: `[${finding.level}] ${finding.rule}: ${placeOf(finding)}`,
    details: finding.message.split("\n"),
  }));
  const summary = `${findings.length} ${what}: ${breaking} mandatory, ${findings.length - breaking} advisory`;
  return section(title, summary, items, isOpen);
}

function accessSection({ access, move }: Review): Section {
  const changed = access.filter(({ relation, notes }) => relation !== "equal" || notes.length > 0);
  const rewritten = access.filter((each) => !changed.includes(each));
  if (access.length === 0) {
    const summary = `no change in access${move === undefined ? "" : ", but for the region"}`;
    return { title: "Access", summary, isOpen: false, items: [] };
  }
  const number = (key: "newlyAllowed" | "noLongerAllowed" | "unknown"): number =>
    changed.reduce((total, each) => total + each[key].length, 0);
  const summary =
    changed.length === 0
      ? `no change in access: ${count(rewritten.length, "policy", "policies")} rewritten`
      : [
          `${number("newlyAllowed")} newly allowed`,
          `${number("noLongerAllowed")} no longer allowed`,
          ...(number("unknown") > 0 ? [`${number("unknown")} not known`] : []),
        ].join(", ");
  return {
    ...{ title: "Access", summary, isOpen: true },
    items: [
      ...[...changed].sort((left, right) => danger(right) - danger(left)).map(accessItem),
      ...rewritten.map(({ title }) => plainItem(`${title}: rewritten, no change in access`)),
    ],
  };
}

function danger({ newlyAllowed, unknown }: AccessChange): number {
  return newlyAllowed.length * 2 + unknown.length;
}

const SENTENCES: Readonly<Record<AccessChange["relation"], string>> = {
  equal: "no change in access",
  narrower: "is allowed less",
  wider: "is allowed more",
  incomparable: "is allowed more, and less",
  unknown: "may be allowed more",
};
const PRESENCE: Readonly<Record<AccessChange["presence"], string>> = {
  new: " (new)",
  removed: " (removed)",
  changed: "",
};

function accessItem(change: AccessChange): Item {
  return {
    text: `${change.title}${PRESENCE[change.presence]}: ${verbFor(change)}`,
    details: [
      ...change.newlyAllowed.map((request) => `+ ${requestText(request)}`),
      ...change.unknown.map((each) => `? ${each}`),
      ...change.noLongerAllowed.map((request) => `- ${requestText(request)}`),
      ...change.notes,
    ],
  };
}

function verbFor({ kind, relation }: AccessChange): string {
  return kind === "identity"
    ? SENTENCES[relation]
    : SENTENCES[relation].replace("is allowed", "allows").replace("be allowed", "allow");
}

function listSection(title: string, lines: readonly string[], isOpen = true): Section | undefined {
  return section(title, `${lines.length}`, lines.map(plainItem), isOpen);
}

const ORDER = ["replaced", "deleted", "updated", "created"];

function changeSection(changes: readonly ResourceChange[]): Section | undefined {
  const effects = (each: ResourceChange): number => (each.consequences.length > 0 ? 0 : 1);
  const sorted = [...changes].sort(
    (left, right) =>
      effects(left) - effects(right) || ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind),
  );
  const isOpen = changes.some(({ consequences }) => consequences.length > 0);
  return section("Change", changesInNumbers(changes), sorted.map(changeItem), isOpen);
}

function changeItem({
  kind,
  urn,
  because,
  properties,
  follows,
  consequences,
}: ResourceChange): Item {
  const by = because.length === 0 ? "" : ` by ${because.join("; ")}`;
  return {
    text: `${kind}${by}: ${shortUrn(urn)}`,
    details: [
      ...consequences,
      ...properties.map(({ path, from, to }) =>
        from !== undefined && from === to
          ? `${path}: changed ${from}`
          : `${path}: ${from ?? "(none)"} → ${to ?? "(none)"}`,
      ),
      ...follows.map(({ property, replacementOf }) => `${property}: follows ${replacementOf}`),
    ],
  };
}

function costSection(cost: CostChange): Section {
  const changed = cost.items.filter(isChanged);
  const pair = ({ before, after }: CostChange["atRest"]): string =>
    before === after ? usd(after) : `${usd(before)} → ${usd(after)} (${signed(after - before)})`;
  const least = cost.unknown.length > 0 ? "at least " : "";
  return {
    title: "Cost",
    summary: `${least}${pair(cost.atRest)} USD a month at rest, ${least}${pair(cost.atMost)} at most`,
    isOpen: changed.length > 0,
    items: [
      ...cost.unknown.map(plainItem),
      ...changed.map(({ label, atRest, atMost }) =>
        plainItem(`${label}: ${pair(atRest)} at rest, ${pair(atMost)} at most`),
      ),
    ],
  };
}

function reachSection(reach: readonly Reach[]): Section | undefined {
  const who = reach.length === 1 ? `${reach[0]!.title} reaches` : `${reach.length} roles reach`;
  return section("Blast radius", `what ${who} now`, reach.map(reachItem), false);
}

function reachItem({ title, usedBy, assumedBy, services, escalations }: Reach): Item {
  return {
    text: [
      title,
      ...(usedBy.length > 0 ? [`used by ${usedBy.join(", ")}`] : []),
      ...(assumedBy.length > 0 ? [`assumed by ${assumedBy.join(", ")}`] : []),
    ].join("; "),
    details: [
      ...escalations,
      ...services.map(
        ({ service, actions, resources, isConditional }) =>
          `${service}: ${some(actions)} on ${some(resources)}${isConditional ? ", under conditions" : ""}`,
      ),
    ],
  };
}

function some(all: readonly string[]): string {
  const shown = all.slice(0, 6).join(", ");
  return all.length > 6 ? `${shown} and ${all.length - 6} more` : shown;
}

function usd(dollars: number): string {
  return dollars.toFixed(2);
}

function signed(dollars: number): string {
  return `${dollars < 0 ? "-" : "+"}${usd(Math.abs(dollars))}`;
}
