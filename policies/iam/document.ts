import { parseAction, type ActionPattern } from "./action-pattern";
import { readConditions, type Condition } from "./conditions";
import { describe, ElementReader, isObject, quote, type Strings } from "./element-reader";
import { parseJsonText } from "./json-text";
import { parseResource, type ResourcePattern } from "./resource-pattern";
import { placesWithinReason } from "./statement-limit";
import { UNKNOWN } from "./unknown";

/** An Action, NotAction, Resource or NotResource element. */
export interface Patterns<Pattern> {
  readonly patterns: readonly Pattern[];
  /** Whether the element is the `Not…` form: everything but the patterns. */
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
  /** Which document it comes from, where several are judged together. */
  readonly source?: string;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns<ActionPattern>;
  /** Undefined where the statement names no resource, as in a trust policy. */
  readonly resources: Patterns<ResourcePattern> | undefined;
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
  /** The elements whose values are not known yet, such as `Statement[0].Resource`; `""` for the whole document. */
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
const EVERY_RESOURCE: Patterns<ResourcePattern> = {
  patterns: [parseResource("*")],
  negated: false,
  unknown: false,
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a document from an object or from its JSON text. Never throws: what cannot be read is a problem.
 * @param now the time for which it is judged, in milliseconds since 1970: a condition may hold from some date on
 */
export function readDocument(input: unknown, now: number = Date.now()): PolicyDocument {
  if (input === UNKNOWN) {
    return { statements: [], problems: [], unknown: [""] };
  }
  const reader = new ElementReader(now);
  let value = input;
  if (typeof input === "string") {
    const text = parseJsonText(input);
    text.problems.forEach((problem) => reader.problem(problem));
    value = text.value;
  }
  const statements = value === undefined && typeof input === "string" ? [] : read(value, reader);
  return { statements, problems: reader.problems, unknown: reader.unknown };
}

function read(value: unknown, reader: ElementReader): Statement[] {
  if (!isObject(value)) {
    reader.problem(
      `it is ${describe(value)}, where an object with Version and Statement is needed`,
    );
    return [];
  }
  const fields = reader.fields(value, DOCUMENT_KEYS, "the document");
  const { Version: version, Statement: statement } = fields;
  if (version !== undefined && version !== UNKNOWN && !VERSIONS.includes(version as string)) {
    reader.problem(`Version is ${describe(version)}; allowed are ${VERSIONS.join(" and ")}`);
  }
  reader.text(fields["Id"], "the document", "Id");
  if (statement === UNKNOWN) {
    reader.unknown.push("Statement");
    return [];
  }
  if (statement === undefined) {
    reader.problem("it has no Statement");
    return [];
  }
  const list = Array.isArray(statement) ? (statement as unknown[]) : [statement];
  if (list.length === 0) {
    reader.problem("Statement is an empty list");
  }
  const hasVariables = version === "2012-10-17" || version === UNKNOWN;
  const statements = placesWithinReason(list, reader)
    .map((index) => readStatement(list[index], index, hasVariables, reader))
    .filter((each) => each !== undefined);
  rejectRepeatedSids(statements, reader);
  return statements;
}

function rejectRepeatedSids(statements: readonly Statement[], reader: ElementReader): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid !== undefined && sid !== "") {
      if (seen.has(sid)) {
        reader.problem(`the Sid ${quote(sid)} stands twice`);
      }
      seen.add(sid);
    }
  }
}

function readStatement(
  value: unknown,
  index: number,
  hasVariables: boolean,
  reader: ElementReader,
): Statement | undefined {
  const at = `Statement[${index}]`;
  if (value === UNKNOWN) {
    reader.unknown.push(at);
    return undefined;
  }
  if (!isObject(value)) {
    reader.problem(`${at} is ${describe(value)}, where an object is needed`);
    return undefined;
  }
  const fields = reader.fields(value, STATEMENT_KEYS, at);
  const effect = readEffect(fields["Effect"], at, reader);
  const principals = readPrincipals(fields, at, reader);
  const actions = readActions(fields, at, reader);
  const resources = readPatterns(fields, "Resource", at, reader, parseResource);
  if (principals === undefined) {
    checkResources(resources, at, reader);
  }
  const conditions = readConditions(fields["Condition"], at, effect, reader);
  const sid = reader.text(fields["Sid"], at, "Sid");
  return effect === undefined || actions === undefined
    ? undefined
    : {
        index,
        sid,
        effect,
        actions,
        // A statement that lacks its resource is rejected by AWS; should it be read after all, it holds for every resource.
        resources: resources ?? (principals === undefined ? EVERY_RESOURCE : undefined),
        principals,
        conditions,
        hasVariables,
      };
}

/** An identity policy needs resources, and IAM takes only ARNs and stars for them. */
function checkResources(
  resources: Patterns<ResourcePattern> | undefined,
  at: string,
  reader: ElementReader,
): void {
  if (resources === undefined) {
    reader.problem(`${at} has neither Resource nor NotResource`);
    return;
  }
  for (const { text } of resources.patterns) {
    // What starts with a wildcard or a variable may stand for an ARN.
    if (!/^(?:a?r?n?[*?]|arn:|\$\{)/i.test(text) || /^\s|\s$/.test(text)) {
      reader.problem(`${at} has the resource ${quote(text)}; a resource is an ARN or *`);
    }
  }
}

function readEffect(
  value: unknown,
  at: string,
  reader: ElementReader,
): "Allow" | "Deny" | undefined {
  if (value === "Allow" || value === "Deny") {
    return value;
  }
  if (value === UNKNOWN) {
    reader.unknown.push(`${at}.Effect`);
    return undefined;
  }
  reader.problem(
    value === undefined
      ? `${at} has no Effect`
      : `${at}.Effect is ${describe(value)}; allowed are Allow and Deny, spelt so`,
  );
  // What might be an Allow is read as one; what is not certainly a Deny takes nothing away.
  return typeof value === "string" && value.trim().toLowerCase() === "deny" ? undefined : "Allow";
}

function readActions(
  fields: Fields,
  at: string,
  reader: ElementReader,
): Patterns<ActionPattern> | undefined {
  const actions = readPatterns(fields, "Action", at, reader, parseAction);
  if (actions === undefined) {
    reader.problem(`${at} has neither Action nor NotAction`);
    return undefined;
  }
  for (const { text, isWellFormed } of actions.patterns) {
    if (!isWellFormed) {
      reader.problem(
        `${at} has the action ${quote(text)}; an action is written service:Action or *`,
      );
    }
  }
  return actions;
}

/** `name` or its `Not…` form, whichever the statement has. */
function readPatterns<Pattern>(
  fields: Fields,
  name: "Action" | "Resource",
  at: string,
  reader: ElementReader,
  parse: (text: string) => Pattern,
): Patterns<Pattern> | undefined {
  const negatedName = name === "Action" ? "NotAction" : "NotResource";
  const plain = fields[name];
  const negatedValue = fields[negatedName];
  if (plain !== undefined && negatedValue !== undefined) {
    reader.problem(`${at} has both ${name} and ${negatedName}`);
    return { patterns: [parse("*")], negated: false, unknown: false };
  }
  if (plain === undefined && negatedValue === undefined) {
    return undefined;
  }
  const negated = negatedValue !== undefined;
  const strings: Strings = reader.strings(
    negated ? negatedValue : plain,
    at,
    negated ? negatedName : name,
  );
  return { patterns: strings.values.map(parse), negated, unknown: strings.unknown };
}

function readPrincipals(
  fields: Fields,
  at: string,
  reader: ElementReader,
): Statement["principals"] {
  const { Principal: plain, NotPrincipal: negatedValue } = fields;
  if (plain === undefined && negatedValue === undefined) {
    return undefined;
  }
  const negated = negatedValue !== undefined;
  if (negated && plain !== undefined) {
    reader.problem(`${at} has both Principal and NotPrincipal`);
  }
  const key = negated ? "NotPrincipal" : "Principal";
  const value = negated ? negatedValue : plain;
  if (value === UNKNOWN) {
    reader.unknown.push(`${at}.${key}`);
    return { negated, of: [] };
  }
  if (value === "*") {
    return { negated, of: [{ kind: "*", value }] };
  }
  if (!isObject(value)) {
    reader.problem(`${at}.${key} is ${describe(value)}, where "*" or an object is needed`);
    return { negated, of: [] };
  }
  const of = Object.entries(value).flatMap(([kind, each]) =>
    reader.strings(each, `${at}.${key}`, kind).values.map((text) => ({ kind, value: text })),
  );
  return { negated, of };
}
