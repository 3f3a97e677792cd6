import { comparePolicies, type Difference, type Relation } from "../../policies/iam/diff";
import { readDocument } from "../../policies/iam/document";
import { isAllowed, type Request } from "../../policies/iam/evaluate";
import { UNKNOWN } from "../../policies/iam/unknown";
import { loadAllServices } from "../../policies/iam/services";
import type { JudgedStack } from "../../policies/resource";
import { subjectsOf, type Subject } from "./subjects";
import { canonical, opened, same } from "./values";

/** What a change does to the access of one subject. */
export interface AccessChange {
  readonly title: string;
  readonly kind: Subject["kind"];
  readonly urn: string | undefined;
  readonly sources: readonly string[];
  /** Whether the subject itself comes or goes. */
  readonly presence: "new" | "removed" | "changed";
  /** `unknown`: it may be allowed more. */
  readonly relation: Relation;
  /** One request for each action of each statement that allows more. */
  readonly newlyAllowed: readonly Request[];
  readonly noLongerAllowed: readonly Request[];
  /** What can't be decided, and why. */
  readonly unknown: readonly string[];
  /** What else there is to say, such as a boundary that was added. */
  readonly notes: readonly string[];
}

/** The subjects whose policies say something else after a change; rewrites that allow the same are among them as `equal`. */
export function accessChanges(before: JudgedStack, after: JudgedStack): AccessChange[] {
  const [olds, news] = [subjectsOf(before), subjectsOf(after)];
  return [...new Set([...news.keys(), ...olds.keys()])].flatMap(
    (key) => compareSubject(olds.get(key), news.get(key)) ?? [],
  );
}

function compareSubject(
  old: Subject | undefined,
  now: Subject | undefined,
): AccessChange | undefined {
  const { title, kind, urn, sources } = (now ?? old)!;
  if (isSame(old, now)) {
    return undefined;
  }
  const presence = old === undefined ? "new" : now === undefined ? "removed" : "changed";
  const unknown: string[] = [];
  const notes: string[] = [];
  const boundaries = boundariesOf(old, now, unknown, notes);
  const found = compareDocuments(
    { documents: old?.documents ?? [], ...boundaries.old },
    { documents: now?.documents ?? [], ...boundaries.now },
  );
  unknown.push(...found.reasons);
  for (const each of (now?.unread ?? []).filter((one) => old?.unread.includes(one) !== true)) {
    unknown.push(`${each} allows is not known here`);
  }
  for (const each of (old?.unread ?? []).filter((one) => now?.unread.includes(one) !== true)) {
    notes.push(`no longer allowed: ${each} allows`);
  }
  for (const part of (old?.documents ?? []).flatMap(restrictingUnknowns)) {
    unknown.push(
      `${part || "the whole policy"} of the old side is not known, and may have restricted`,
    );
  }
  for (const document of now?.documents ?? []) {
    for (const part of readDocument(document).unknown) {
      unknown.push(`${part || "the whole policy"} is not known before the deployment`);
    }
  }
  return {
    ...{ title, kind, urn, sources, presence, notes },
    relation: unknown.length > 0 ? "unknown" : found.relation,
    newlyAllowed: found.newlyAllowed.map((request) => tellingRequest(request, old, now)),
    noLongerAllowed: found.noLongerAllowed,
    unknown: [...new Set(unknown)],
  };
}

/** The parts of a document that are not known and may take something away: all but the actions and resources of an Allow. */
function restrictingUnknowns(document: unknown): string[] {
  const { unknown, statements } = readDocument(document);
  return unknown.filter((part) => {
    const [, index, element] = /^Statement\[(\d+)\]\.(Action|Resource)$/.exec(part) ?? [];
    const statement = statements.find((each) => each.index === Number(index));
    return element === undefined || statement?.effect !== "Allow";
  });
}

/** Somebody of whom no policy knows. */
const STRANGER = { AWS: "arn:aws:iam::999999999999:role/anybody" };

/** The same request by a stranger, where strangers are newly allowed to send it: that is what a reader must see. */
function tellingRequest(
  request: Request,
  old: Subject | undefined,
  now: Subject | undefined,
): Request {
  if (request.principal === undefined) {
    return request;
  }
  const byStranger = { ...request, principal: STRANGER };
  const lets = (subject: Subject | undefined): boolean =>
    isAllowed((subject?.documents ?? []).map(opened), byStranger);
  return lets(now) && !lets(old) ? byStranger : request;
}

/** Policies that are written alike say the same, as far as nothing in them is left open. */
function isSame(old: Subject | undefined, now: Subject | undefined): boolean {
  const content = (subject: Subject | undefined): string =>
    canonical([
      (subject?.documents ?? []).map(opened),
      subject?.boundary ?? null,
      [...(subject?.unread ?? [])].sort(),
    ]);
  return content(old) === content(now);
}

function boundariesOf(
  old: Subject | undefined,
  now: Subject | undefined,
  unknown: string[],
  notes: string[],
): { readonly old: object; readonly now: object } {
  const [before, after] = [old?.boundary, now?.boundary];
  const isArn = (boundary: unknown): boolean =>
    boundary === UNKNOWN || (typeof boundary === "string" && /^arn:/.test(boundary));
  const called = (boundary: unknown): string =>
    boundary === UNKNOWN ? "that is not known yet" : String(boundary);
  if (isArn(before) && !same(before, after)) {
    unknown.push(
      `the boundary ${called(before)} no longer applies, and what it left out is not known here`,
    );
  }
  if (isArn(after)) {
    notes.push(`within the boundary ${called(after)}, which may allow less`);
  }
  const written = (boundary: unknown): object =>
    boundary === undefined || isArn(boundary) ? {} : { boundary };
  return { old: written(before), now: written(after) };
}

interface Holdings {
  readonly documents: readonly unknown[];
  readonly boundary?: unknown;
}

/** One request for each newly allowed action, where that can be decided; otherwise what a comparison as a whole says. */
function compareDocuments(old: Holdings, now: Holdings): Difference {
  loadAllServices();
  const whole = comparePolicies(old, now);
  if (whole.newlyAllowed.length + whole.noLongerAllowed.length === 0) {
    return whole;
  }
  const each = comparePolicies(byAction(old), byAction(now));
  return each.relation === "unknown" ? whole : each;
}

/** The same permissions, with a statement for each action. */
function byAction({ documents, ...rest }: Holdings): Holdings {
  return { ...rest, documents: documents.map(splitDocument) };
}

function splitDocument(document: unknown): unknown {
  const value = opened(document);
  if (typeof value !== "object" || value === null || !("Statement" in value)) {
    return document;
  }
  const statements = [value.Statement].flat() as unknown[];
  return { ...value, Statement: statements.flatMap(splitStatement) };
}

function splitStatement(statement: unknown): unknown[] {
  if (typeof statement !== "object" || statement === null) {
    return [statement];
  }
  const rest: Record<string, unknown> = { ...statement };
  // Two statements of a document can't have the same one.
  delete rest["Sid"];
  const { Effect: effect, Action: actions } = rest;
  return effect === "Allow" && Array.isArray(actions)
    ? actions.map((Action: unknown) => ({ ...rest, Action }))
    : [rest];
}
