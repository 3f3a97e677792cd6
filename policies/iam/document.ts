import { ActionSet } from "./actions";
import { readCondition, type Condition } from "./condition";
import { describe, ElementReader, isObject, quote } from "./element-reader";
import { parseJsonText } from "./json-text";
import { UNKNOWN } from "./unknown";
import { isOpen, RESERVED } from "./patterns";
import { excessOf } from "./size";

/** A Resource or NotResource element. */
export interface Resources {
  readonly patterns: readonly string[];
  /** Whether it is NotResource: everything but the patterns. */
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

/** A Principal or NotPrincipal element. */
export interface Principals {
  readonly negated: boolean;
  readonly of: readonly Principal[];
}

/** One statement, in one form whatever way it was written. */
export interface Statement {
  /** Its place in the document, from 0. */
  readonly index: number;
  /** Which document it comes from, where several are judged together. */
  readonly source?: string;
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly actions: ActionSet;
  /** Whether a part of the actions is not known yet. */
  readonly actionsUnknown: boolean;
  /** Undefined where the statement names no resource, as in a trust policy. */
  readonly resources: Resources | undefined;
  /** Undefined where the statement names no principal, as in an identity policy. */
  readonly principals: Principals | undefined;
  readonly conditions: readonly Condition[];
  /** Whether the version gives `${…}` its meaning; in a 2008 document it is plain text. */
  readonly variables: boolean;
  /** As it stands in the document. */
  readonly written: object;
}

/** A policy document as the evaluator reads it. */
export interface PolicyDocument {
  readonly statements: readonly Statement[];
  /** Why AWS would reject the document or why it cannot be read; empty for a document that can be analysed. */
  readonly problems: readonly string[];
  /** The elements whose values are not known yet, such as `Statement[0].Resource`; `""` for the whole document. */
  readonly unknown: readonly string[];
  /** Whether it is larger than any document that is read: whatever it allows is not known. */
  readonly isTooLarge: boolean;
}

const VERSIONS = ["2012-10-17", "2008-10-17"];
const DOCUMENT_KEYS = keys("Version", "Id", "Statement");
const STATEMENT_KEYS = keys(
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
);

type Fields = ReadonlyMap<string, unknown>;

function keys(...names: string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/** Reads a document from an object or from its JSON text. Never throws: what cannot be read is a problem. */
export function readDocument(input: unknown): PolicyDocument {
  if (input === UNKNOWN) {
    return { statements: [], problems: [], unknown: [""], isTooLarge: false };
  }
  const isText = typeof input === "string";
  // A text is only parsed where it is not too long itself.
  const tooLong = isText ? excessOf(input) : undefined;
  const { value, problems } =
    isText && tooLong === undefined ? parseJsonText(input) : { value: input, problems: [] };
  const excess = tooLong ?? excessOf(value);
  if (excess !== undefined) {
    return { statements: [], problems: [excess], unknown: [], isTooLarge: true };
  }
  const reader = new ElementReader();
  problems.forEach((problem) => reader.problem(problem));
  const statements = value === undefined && isText ? [] : read(value, reader);
  return { statements, problems: reader.problems, unknown: reader.unknown, isTooLarge: false };
}

function read(value: unknown, reader: ElementReader): Statement[] {
  if (!isObject(value)) {
    reader.problem(
      `it is ${describe(value)}, where an object with Version and Statement is needed`,
    );
    return [];
  }
  const fields = reader.fields(value, DOCUMENT_KEYS, "the document");
  const version = fields.get("Version");
  const statement = fields.get("Statement");
  if (version !== undefined && version !== UNKNOWN && !VERSIONS.includes(version as string)) {
    reader.problem(`Version is ${describe(version)}; allowed are ${VERSIONS.join(" and ")}`);
  }
  reader.text(fields.get("Id"), "the document", "Id");
  if (statement === UNKNOWN) {
    reader.unknown.push("Statement");
    return [];
  }
  if (statement === undefined) {
    reader.problem("it has no Statement");
    return [];
  }
  const list: readonly unknown[] = Array.isArray(statement) ? statement : [statement];
  if (list.length === 0) {
    reader.problem("Statement is an empty list");
  }
  const variables = version === "2012-10-17" || version === UNKNOWN;
  const statements = list
    .map((each, index) => readStatement(each, index, variables, reader))
    .filter((each) => each !== undefined);
  rejectRepeatedSids(statements, reader);
  return statements;
}

function rejectRepeatedSids(statements: readonly Statement[], reader: ElementReader): void {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid !== undefined && sid !== "") {
      if (seen.has(sid)) {
        reader.problem(`the Sid ${quote(sid)} appears twice`);
      }
      seen.add(sid);
    }
  }
}

function readStatement(
  value: unknown,
  index: number,
  variables: boolean,
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
  const effect = readEffect(fields.get("Effect"), at, reader);
  const principals = readPrincipals(fields, at, reader);
  const actions = readActions(fields, at, reader);
  const resources = readEither(fields, "Resource", at, reader);
  if (principals === undefined) {
    checkResources(resources, at, reader);
  }
  const conditions = readConditions(fields.get("Condition"), at, variables, reader);
  const sid = reader.text(fields.get("Sid"), at, "Sid");
  if (effect === undefined || actions === undefined) {
    return undefined;
  }
  return {
    index,
    sid,
    effect,
    actions: new ActionSet(actions.patterns, actions.negated),
    actionsUnknown: actions.unknown,
    // A statement that lacks its resource is rejected by AWS; should it be read after all, it holds for every resource.
    resources: resources ?? (principals === undefined ? EVERY_RESOURCE : undefined),
    principals,
    conditions,
    variables,
    written: value,
  };
}

const EVERY_RESOURCE: Resources = { patterns: ["*"], negated: false, unknown: false };

/** An identity policy needs resources, and IAM takes only ARNs and stars for them. */
function checkResources(resources: Resources | undefined, at: string, reader: ElementReader): void {
  if (resources === undefined) {
    reader.problem(`${at} has neither Resource nor NotResource`);
    return;
  }
  for (const text of resources.patterns) {
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
      : `${at}.Effect is ${describe(value)}; allowed are Allow and Deny, in this spelling`,
  );
  // What might be an Allow is read as one; what is not certainly a Deny takes nothing away.
  return typeof value === "string" && value.trim().toLowerCase() === "deny" ? undefined : "Allow";
}

function readActions(fields: Fields, at: string, reader: ElementReader): Resources | undefined {
  const actions = readEither(fields, "Action", at, reader);
  if (actions === undefined) {
    reader.problem(`${at} has neither Action nor NotAction`);
    return undefined;
  }
  for (const text of actions.patterns) {
    if (!isOpen(text) && !/^[^\s:]+:[^\s:]+$/.test(text)) {
      reader.problem(
        `${at} has the action ${quote(text)}; an action is written service:Action or *`,
      );
    }
  }
  return actions;
}

/** `name` or its `Not…` form, whichever the statement has. */
function readEither(
  fields: Fields,
  name: "Action" | "Resource",
  at: string,
  reader: ElementReader,
): Resources | undefined {
  const plain = fields.get(name);
  const negatedValue = fields.get(`Not${name}`);
  if (plain !== undefined && negatedValue !== undefined) {
    reader.problem(`${at} has both ${name} and Not${name}`);
    return EVERY_RESOURCE;
  }
  if (plain === undefined && negatedValue === undefined) {
    return undefined;
  }
  const negated = negatedValue !== undefined;
  const { values, unknown } = reader.strings(
    negated ? negatedValue : plain,
    at,
    negated ? `Not${name}` : name,
  );
  return { patterns: values, negated, unknown };
}

const PRINCIPAL_KINDS = ["AWS", "Service", "Federated", "CanonicalUser"];

function readPrincipals(fields: Fields, at: string, reader: ElementReader): Principals | undefined {
  const plain = fields.get("Principal");
  const negatedValue = fields.get("NotPrincipal");
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
  const of = Object.entries(value).flatMap(([kind, each]) => {
    if (!PRINCIPAL_KINDS.includes(kind)) {
      reader.problem(
        `${at}.${key} has the kind ${quote(kind)}; allowed are ${PRINCIPAL_KINDS.join(", ")}`,
      );
    }
    return reader.strings(each, `${at}.${key}`, kind).values.map((text) => ({ kind, value: text }));
  });
  return { negated, of };
}

/** A condition of which nothing is known: it may restrict. */
function unknownCondition(operator = "StringEquals", key = "?"): Condition {
  return readCondition(operator, key, undefined, false)!;
}

function readConditions(
  element: unknown,
  at: string,
  variables: boolean,
  reader: ElementReader,
): readonly Condition[] {
  const here = `${at}.Condition`;
  if (element === undefined) {
    return [];
  }
  if (element === UNKNOWN) {
    reader.unknown.push(here);
    return [unknownCondition()];
  }
  if (!isObject(element)) {
    reader.problem(`${here} is ${describe(element)}, where an object of operators is needed`);
    return [];
  }
  return Object.entries(element).flatMap(([operator, keysOf]) => {
    const place = `${here}.${operator}`;
    if (readCondition(operator, "?", [], false) === undefined) {
      reader.problem(`${place} is not a condition operator of IAM`);
      return [];
    }
    if (keysOf === UNKNOWN) {
      reader.unknown.push(place);
      return [unknownCondition(operator)];
    }
    if (!isObject(keysOf)) {
      reader.problem(
        `${place} is ${describe(keysOf)}, where an object of condition keys is needed`,
      );
      return [];
    }
    return Object.entries(keysOf).flatMap(([key, value]): Condition[] => {
      const list: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (list.length === 0 || list.some((each) => each !== UNKNOWN && !isScalar(each))) {
        reader.problem(`${place}.${key} needs a text, a number, a truth value or a list of them`);
        return [];
      }
      if (list.includes(UNKNOWN)) {
        reader.unknown.push(`${place}.${key}`);
        return [unknownCondition(operator, key)];
      }
      return [readCondition(operator, key, list.map(String), variables)!];
    });
  });
}

function isScalar(value: unknown): boolean {
  return typeof value === "string"
    ? !RESERVED.test(value)
    : typeof value === "number" || typeof value === "boolean";
}
