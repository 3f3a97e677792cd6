import { ActionSet } from "./actions";
import { asCompleted, checkPartitions, checkPrincipals } from "./arns";
import type { Condition } from "./condition";
import { readConditions } from "./condition-reader";
import { describe, ElementReader, quote } from "./element-reader";
import { parseJsonText } from "./json-text";
import { UNKNOWN } from "./unknown";
import { isOpen } from "./patterns";
import { charactersOf, excessOf } from "./size";

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
  /** As it stands, parsed where it is a text. */
  readonly written: unknown;
  /** Why AWS would reject the document or why it cannot be read; empty for a document that can be analysed. */
  readonly problems: readonly string[];
  /** The elements whose values are not known yet, such as `Statement[0].Resource`; `""` for the whole document. */
  readonly unknown: readonly string[];
  /** Whether it is larger than any document that is read: whatever it allows is not known. */
  readonly isTooLarge: boolean;
}

const VERSIONS = ["2012-10-17", "2008-10-17"];
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
const PRINCIPAL_KINDS = ["AWS", "Service", "Federated", "CanonicalUser"];

type Fields = ReadonlyMap<string, unknown>;

/** Reads a document from an object or from its JSON text. Never throws: what cannot be read is a problem. */
export function readDocument(input: unknown): PolicyDocument {
  const reader = new ElementReader();
  let written = input;
  let statements: readonly Statement[] = [];
  let excess = excessOf({ characters: charactersOf(input) });
  if (excess === undefined) {
    written = typeof input === "string" ? parseJsonText(input, reader) : input;
    const isBroken = typeof input === "string" && written === undefined;
    statements = isBroken ? [] : readStatements(written, reader);
    excess = excessOf(sizeOf(statements));
  }
  const { problems, unknown } = reader;
  return excess === undefined
    ? { statements, written, problems, unknown, isTooLarge: false }
    : { statements: [], written, problems: [excess], unknown: [], isTooLarge: true };
}

function sizeOf(statements: readonly Statement[]): Parameters<typeof excessOf>[0] {
  const conditions = statements.flatMap((each) => each.conditions);
  const texts = [
    ...statements.flatMap(({ actions }) => actions.patterns),
    ...statements.flatMap(({ resources }) => resources?.patterns ?? []),
    ...conditions.flatMap(({ values }) => values ?? []),
  ];
  return {
    statements: statements.length,
    conditions: conditions.length,
    wildcards: texts.join("").replace(/[^*?]/g, "").length,
  };
}

function readStatements(value: unknown, reader: ElementReader): readonly Statement[] {
  const needed = "an object with Version and Statement";
  const fields = reader.fields(value, DOCUMENT_KEYS, "", needed);
  if (fields === undefined) {
    return [];
  }
  const version = fields.get("Version");
  const statement = fields.get("Statement");
  if (version !== undefined && version !== UNKNOWN && !VERSIONS.includes(version as string)) {
    reader.problem(`Version is ${describe(version)}; allowed are ${VERSIONS.join(" and ")}`);
  }
  reader.text(fields.get("Id"), "Id");
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
  const sids = statements.flatMap(({ sid }) => sid || []);
  for (const sid of sids.filter((each, index) => sids.indexOf(each) < index)) {
    reader.problem(`the Sid ${quote(sid)} appears twice`);
  }
  return statements;
}

function readStatement(
  value: unknown,
  index: number,
  variables: boolean,
  reader: ElementReader,
): Statement | undefined {
  const at = `Statement[${index}]`;
  const fields = reader.fields(value, STATEMENT_KEYS, at, "an object");
  if (fields === undefined) {
    return undefined;
  }
  const effect = readEffect(fields.get("Effect"), at, reader);
  const principals = readPrincipals(fields, at, reader);
  const actions = readActions(fields, at, reader);
  const written = readPatterns(fields, "Resource", at, reader);
  const resources = principals === undefined ? ofIdentity(written, variables, at, reader) : written;
  const conditions = readConditions(fields.get("Condition"), `${at}.Condition`, variables, reader);
  const sid = reader.text(fields.get("Sid"), `${at}.Sid`);
  const isOfRole =
    written === undefined && actions?.patterns.every((each) => /^sts:/i.test(each)) === true;
  // Services whose resources have policies take other characters, too.
  if (sid !== undefined && (principals === undefined || isOfRole) && !/^[A-Za-z0-9]*$/.test(sid)) {
    reader.problem(`${at} has the Sid ${quote(sid)}; IAM takes only letters and digits for it`);
  }
  if (effect === undefined || actions === undefined) {
    return undefined;
  }
  return {
    index,
    sid,
    effect,
    actions: new ActionSet(actions.patterns, actions.negated),
    actionsUnknown: actions.unknown,
    resources,
    principals,
    conditions,
    variables,
    written: value as object,
  };
}

/** An identity policy needs resources, and IAM takes only ARNs and stars for them. */
function ofIdentity(
  resources: Resources | undefined,
  variables: boolean,
  at: string,
  reader: ElementReader,
): Resources {
  if (resources === undefined) {
    reader.problem(`${at} has neither Resource nor NotResource`);
    // AWS rejects the statement; should it be read after all, it holds for every resource.
    return { patterns: ["*"], negated: false, unknown: false };
  }
  for (const text of resources.patterns) {
    // What starts with a wildcard or a variable may stand for an ARN.
    if (!/^(?:a?r?n?[*?]|arn:|\$\{)/i.test(text) || /^\s|\s$/.test(text)) {
      reader.problem(`${at} has the resource ${quote(text)}; a resource is an ARN or *`);
    }
  }
  const patterns = resources.patterns.flatMap((each) => asCompleted(each, variables));
  return { ...resources, patterns };
}

function readEffect(
  value: unknown,
  at: string,
  reader: ElementReader,
): Statement["effect"] | undefined {
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
  const actions = readPatterns(fields, "Action", at, reader);
  if (actions === undefined) {
    reader.problem(`${at} has neither Action nor NotAction`);
  }
  for (const text of actions?.patterns ?? []) {
    if (!isOpen(text) && !/^[^\s:]+:[^\s:]+$/.test(text)) {
      reader.problem(
        `${at} has the action ${quote(text)}; an action is written service:Action or *`,
      );
    }
  }
  return actions;
}

/** An element or its `Not…` form, whichever the statement has; everything, where it has both. */
function readEither(
  fields: Fields,
  name: "Action" | "Resource" | "Principal",
  at: string,
  reader: ElementReader,
): { readonly value: unknown; readonly negated: boolean; readonly at: string } | undefined {
  const [plain, negated] = [fields.get(name), fields.get(`Not${name}`)];
  if (plain !== undefined && negated !== undefined) {
    reader.problem(`${at} has both ${name} and Not${name}`);
    return { value: "*", negated: false, at };
  }
  if (negated !== undefined) {
    return { value: negated, negated: true, at: `${at}.Not${name}` };
  }
  return plain === undefined ? undefined : { value: plain, negated: false, at: `${at}.${name}` };
}

function readPatterns(
  fields: Fields,
  name: "Action" | "Resource",
  at: string,
  reader: ElementReader,
): Resources | undefined {
  const either = readEither(fields, name, at, reader);
  if (either === undefined) {
    return undefined;
  }
  const { values, unknown } = reader.strings(either.value, either.at);
  checkPartitions(values, either.at, reader);
  return { patterns: values, negated: either.negated, unknown };
}

function readPrincipals(fields: Fields, at: string, reader: ElementReader): Principals | undefined {
  const either = readEither(fields, "Principal", at, reader);
  if (either === undefined) {
    return undefined;
  }
  const { value, negated, at: here } = either;
  if (value === "*") {
    return { negated, of: [{ kind: "*", value }] };
  }
  const kinds = reader.object(value, here, '"*" or an object') ?? {};
  const of = Object.entries(kinds).flatMap(([kind, each]) => {
    const { values } = reader.strings(each, `${here}.${kind}`);
    if (PRINCIPAL_KINDS.includes(kind)) {
      checkPrincipals(values, kind, here, reader);
    } else {
      reader.problem(
        `${here} has the kind ${quote(kind)}; allowed are ${PRINCIPAL_KINDS.join(", ")}`,
      );
    }
    return values.map((text) => ({ kind, value: text }));
  });
  return { negated, of };
}
