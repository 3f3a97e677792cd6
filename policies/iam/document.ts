import { readConditions, type Condition } from "./conditions";
import { parseJsonText } from "./json-text";
import { UNKNOWN } from "./unknown";

/** The strings of an element such as Action, and what could not be read of it. */
export interface Patterns {
  readonly values: readonly string[];
  /** Whether the element is the `Not…` form: everything but `values`. */
  readonly negated: boolean;
  /** Whether a part of it is not known yet. */
  readonly unknown: boolean;
}

/** One principal of a resource or trust policy. */
export interface Principal {
  /** `AWS`, `Service`, `Federated` or `CanonicalUser`; `*` for the bare star. */
  readonly kind: string;
  readonly value: string;
}

/** One statement, in one form whatever way it was written. */
export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number;
  readonly sid?: string;
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  /** Undefined where the statement names no resource, as in a trust policy. */
  readonly resources: Patterns | undefined;
  /** Undefined where the statement names no principal, as in an identity policy. */
  readonly principals: { readonly negated: boolean; readonly of: readonly Principal[] } | undefined;
  /** Those that restrict; the ones that hold for every request are left out. */
  readonly conditions: readonly Condition[];
  /** Whether the version gives `${…}` its meaning; in a 2008 document it is plain text. */
  readonly hasVariables: boolean;
}

/** A policy document as the evaluator reads it. */
export interface PolicyDocument {
  readonly statements: readonly Statement[];
  /** Why AWS would reject the document or why it cannot be read; empty for a document that can be analysed. */
  readonly problems: readonly string[];
  /** The elements whose values are not known yet, such as `Statement[0].Resource`. */
  readonly unknown: readonly string[];
}

const DOCUMENT_KEYS = ["Version", "Id", "Statement"];
const STATEMENT_KEYS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];
const VERSIONS = ["2012-10-17", "2008-10-17"];
/** More are not listed: one broken document should not fill the screen. */
const MOST_PROBLEMS = 20;

type Fields = Map<string, unknown>;

/** Reads a document from an object or from its JSON text. Never throws: what cannot be read is a problem. */
export function readDocument(input: unknown): PolicyDocument {
  const reader = new Reader();
  if (input === UNKNOWN) {
    return { statements: [], problems: [], unknown: [""] };
  }
  if (typeof input === "string") {
    const text = parseJsonText(input);
    reader.problems.push(...text.problems);
    return text.value === undefined ? reader.result([]) : reader.document(text.value);
  }
  return reader.document(input);
}

class Reader {
  readonly problems: string[] = [];
  readonly unknown: string[] = [];

  result(statements: readonly Statement[]): PolicyDocument {
    const { problems, unknown } = this;
    const more = problems.length - MOST_PROBLEMS;
    const listed =
      more > 0 ? [...problems.slice(0, MOST_PROBLEMS), `${more} more problems`] : problems;
    return { statements, problems: listed, unknown };
  }

  document(value: unknown): PolicyDocument {
    if (!isObject(value)) {
      this.problems.push(
        `it is ${describe(value)}, where an object with Version and Statement is needed`,
      );
      return this.result([]);
    }
    const fields = this.fields(value, DOCUMENT_KEYS, "the document");
    const version = fields.get("Version");
    if (version !== undefined && version !== UNKNOWN && !VERSIONS.includes(version as string)) {
      this.problems.push(`Version is ${describe(version)}; allowed are ${VERSIONS.join(" and ")}`);
    }
    const id = fields.get("Id");
    if (id !== undefined && id !== UNKNOWN && typeof id !== "string") {
      this.problems.push(`Id is ${describe(id)}, where a text is needed`);
    }
    const statement = fields.get("Statement");
    if (statement === UNKNOWN) {
      this.unknown.push("Statement");
      return this.result([]);
    }
    if (statement === undefined) {
      this.problems.push("it has no Statement");
      return this.result([]);
    }
    const list = Array.isArray(statement) ? (statement as unknown[]) : [statement];
    if (list.length === 0) {
      this.problems.push("Statement is an empty list");
    }
    const hasVariables = version === "2012-10-17" || version === UNKNOWN;
    const statements = list.flatMap((each, index) => this.statement(each, index, hasVariables));
    this.#rejectRepeatedSids(statements);
    return this.result(statements);
  }

  #rejectRepeatedSids(statements: readonly Statement[]): void {
    const seen = new Set<string>();
    for (const { sid } of statements) {
      if (sid !== undefined && sid !== "" && seen.has(sid)) {
        this.problems.push(`the Sid ${JSON.stringify(sid)} stands twice`);
      }
      seen.add(sid ?? "");
    }
  }

  statement(value: unknown, index: number, hasVariables: boolean): Statement[] {
    const at = `Statement[${index}]`;
    if (value === UNKNOWN) {
      this.unknown.push(at);
      return [];
    }
    if (!isObject(value)) {
      this.problems.push(`${at} is ${describe(value)}, where an object is needed`);
      return [];
    }
    const fields = this.fields(value, STATEMENT_KEYS, at);
    const sid = fields.get("Sid");
    if (sid !== undefined && sid !== UNKNOWN && typeof sid !== "string") {
      this.problems.push(`${at}.Sid is ${describe(sid)}, where a text is needed`);
    }
    const effect = this.#effect(fields.get("Effect"), at);
    const principals = this.#principals(fields, at);
    const actions = this.#actions(fields, at);
    const resources = this.#patterns(fields, "Resource", at);
    if (resources === undefined && principals === undefined) {
      this.problems.push(`${at} has neither Resource nor NotResource`);
    }
    if (effect === undefined || actions === undefined) {
      return [];
    }
    const conditions = readConditions(fields.get("Condition"), `${at}.Condition`, effect);
    this.problems.push(...conditions.problems);
    this.unknown.push(...conditions.unknown);
    return [
      {
        index,
        ...(typeof sid === "string" ? { sid } : {}),
        effect,
        actions,
        // A statement that lacks its resource is rejected by AWS; should it be read after all, it holds for every resource.
        resources:
          resources ??
          (principals === undefined
            ? { values: ["*"], negated: false, unknown: false }
            : undefined),
        principals,
        conditions: conditions.restricting,
        hasVariables,
      },
    ];
  }

  /** Element names compare without regard to case, but another spelling than AWS's is a problem. */
  fields(value: object, allowed: readonly string[], at: string): Fields {
    const fields: Fields = new Map();
    for (const [key, field] of Object.entries(value)) {
      const known = allowed.find(
        (name) => name === key || name.toLowerCase() === key.toLowerCase(),
      );
      if (known === undefined) {
        this.problems.push(
          `${at} has the unknown key ${quote(key)}; allowed are ${allowed.join(", ")}`,
        );
      } else {
        if (known !== key) {
          this.problems.push(`${at} spells ${known} as ${quote(key)}`);
        }
        if (fields.has(known)) {
          this.problems.push(`${at} has ${known} twice`);
        }
        fields.set(known, field);
      }
    }
    return fields;
  }

  #effect(value: unknown, at: string): "Allow" | "Deny" | undefined {
    if (value === "Allow" || value === "Deny") {
      return value;
    }
    if (value === UNKNOWN) {
      this.unknown.push(`${at}.Effect`);
      return undefined;
    }
    this.problems.push(
      value === undefined
        ? `${at} has no Effect`
        : `${at}.Effect is ${describe(value)}; allowed are Allow and Deny, spelt so`,
    );
    // What might be an Allow is read as one; what is not certainly a Deny takes nothing away.
    return typeof value === "string" && value.trim().toLowerCase() === "deny" ? undefined : "Allow";
  }

  #actions(fields: Fields, at: string): Patterns | undefined {
    const actions = this.#patterns(fields, "Action", at);
    if (actions === undefined) {
      this.problems.push(`${at} has neither Action nor NotAction`);
      return undefined;
    }
    for (const action of actions.values) {
      if (action !== "*" && !/^[^:\s]+:[^:\s]+$/.test(action)) {
        this.problems.push(
          `${at} has the action ${quote(action)}; an action is written service:Action or *`,
        );
      }
    }
    return { ...actions, values: actions.values.map((action) => action.toLowerCase()) };
  }

  /** `name` or its `Not…` form, whichever the statement has. */
  #patterns(fields: Fields, name: string, at: string): Patterns | undefined {
    const negatedName = `Not${name}`;
    if (fields.has(name) && fields.has(negatedName)) {
      this.problems.push(`${at} has both ${name} and ${negatedName}`);
      return { values: ["*"], negated: false, unknown: false };
    }
    const negated = fields.has(negatedName);
    const key = negated ? negatedName : name;
    if (!fields.has(key)) {
      return undefined;
    }
    const strings = this.#strings(fields.get(key), `${at}.${key}`);
    return { ...strings, negated };
  }

  #strings(value: unknown, at: string): { values: string[]; unknown: boolean } {
    const values: string[] = [];
    let unknown = false;
    const list = Array.isArray(value) ? (value as unknown[]) : [value];
    if (list.length === 0) {
      this.problems.push(`${at} is an empty list`);
    }
    for (const each of list) {
      if (each === UNKNOWN) {
        unknown = true;
      } else if (typeof each === "string" && each !== "") {
        values.push(each);
      } else {
        this.problems.push(`${at} holds ${describe(each)}, where a text is needed`);
      }
    }
    if (unknown) {
      this.unknown.push(at);
    }
    return { values, unknown };
  }

  #principals(fields: Fields, at: string): Statement["principals"] {
    const negated = fields.has("NotPrincipal");
    const key = negated ? "NotPrincipal" : "Principal";
    if (!fields.has(key)) {
      return undefined;
    }
    if (negated && fields.has("Principal")) {
      this.problems.push(`${at} has both Principal and NotPrincipal`);
    }
    const value = fields.get(key);
    if (value === UNKNOWN) {
      this.unknown.push(`${at}.${key}`);
      return { negated, of: [] };
    }
    if (value === "*") {
      return { negated, of: [{ kind: "*", value: "*" }] };
    }
    if (!isObject(value)) {
      this.problems.push(`${at}.${key} is ${describe(value)}, where "*" or an object is needed`);
      return { negated, of: [] };
    }
    const of = Object.entries(value).flatMap(([kind, each]) =>
      this.#strings(each, `${at}.${key}.${kind}`).values.map((text) => ({ kind, value: text })),
    );
    return { negated, of };
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, briefly, for a message. */
export function describe(value: unknown): string {
  if (value === null || typeof value === "boolean" || typeof value === "number") {
    return String(value);
  }
  if (typeof value === "string") {
    return quote(value);
  }
  return Array.isArray(value) ? "a list" : `an ${typeof value}`;
}

/** A text in quotation marks, cut to what a message can hold. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 97)}…` : text);
}
