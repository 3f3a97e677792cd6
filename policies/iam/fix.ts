import { ActionSet, splitAction } from "./actions";
import type { Principal, Statement } from "./document";
import { isObject } from "./element-reader";
import { hasWildcard, MARK } from "./patterns";
import { resourceAt } from "./places";
import { nearestService, serviceOf, templatesOf } from "./services";

/** What to write instead: statements of the document, by their place from 0, and what takes their place. */
export interface Patch {
  readonly statements: readonly number[];
  readonly with: readonly object[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The actions that a least-privilege statement most often needs, for services of this kind of stack. */
const USUAL: ReadonlyMap<string, readonly string[]> = new Map([
  ["dynamodb", ["GetItem", "PutItem"]],
  ["ecr", ["BatchGetImage", "GetDownloadUrlForLayer"]],
  ["iam", ["PassRole"]],
  ["kms", ["Decrypt"]],
  ["lambda", ["InvokeFunction"]],
  ["logs", ["CreateLogStream", "PutLogEvents"]],
  ["s3", ["GetObject", "PutObject"]],
  ["sagemaker", ["InvokeEndpoint"]],
  ["secretsmanager", ["GetSecretValue"]],
]);
/** The resources of these actions as people write them. */
const USUAL_RESOURCES: ReadonlyMap<string, string> = new Map([
  ["logs:CreateLogStream", "arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*"],
  ["s3:GetObject", "arn:aws:s3:::BUCKET/PREFIX/*"],
  ["s3:PutObject", "arn:aws:s3:::BUCKET/PREFIX/*"],
]);

/** The ARN of a resource that an action is called on, to be filled in; a star where it is called on none. */
export function resourceFor(action: string): string {
  const [template = "*"] = templatesOf(action);
  return USUAL_RESOURCES.get(action) ?? filledIn(template);
}

/** An ARN template as people write ARNs. */
export function filledIn(template: string): string {
  return resourceAt(
    { partition: "aws", region: "REGION", account: "ACCOUNT" },
    template,
  ).replaceAll(MARK, "NAME");
}

/** A service's usual actions, or one that reads a resource; none of a service that AWS does not list, nor one like it. */
function usualActions(service: string): readonly string[] {
  const known = nearestService(service) ?? service;
  const listed = [...serviceOf(known).actions.values()];
  const reading = listed.find(
    ({ accessLevel, templates }) => accessLevel === "Read" && templates.length > 0,
  );
  const one = reading ?? listed[0];
  const names = USUAL.get(known) ?? (one === undefined ? [] : [one.name]);
  return names.map((name) => `${known}:${name}`);
}

/** A narrow statement for a service. */
function usualStatement(service: string, condition: unknown): Fields {
  const actions = usualActions(service);
  return statementOf({
    Action: actions.length === 0 ? `${service}:ACTION` : oneOrList(actions),
    Resource:
      actions.length === 0 ? `arn:aws:${service}:REGION:ACCOUNT:NAME` : resourceFor(actions[0]!),
    Condition: condition,
  });
}

function statementOf(fields: Fields): Fields {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { Effect: "Allow", ...Object.fromEntries(shown) };
}

function oneOrList(texts: readonly string[]): string | readonly string[] {
  return texts.length === 1 ? texts[0]! : texts;
}

function writtenAs(statement: Statement, key: string): unknown {
  return (statement.written as Fields)[key];
}

/** The statement as it stands, without its Sid, but for some of its elements. */
function changed(statement: Statement, change: Fields): Fields {
  const { actions, resources } = statement;
  return statementOf({
    Principal: writtenAs(statement, "Principal"),
    NotPrincipal: writtenAs(statement, "NotPrincipal"),
    [actions.negated ? "NotAction" : "Action"]: oneOrList(actions.patterns),
    ...(resources === undefined
      ? {}
      : { [resources.negated ? "NotResource" : "Resource"]: oneOrList(resources.patterns) }),
    Condition: writtenAs(statement, "Condition"),
    ...change,
  });
}

/** Some actions of statements, and the resources that they shall be allowed on. */
export interface Scoping {
  readonly statements: readonly Statement[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Statements with some of their actions on resources of their own; a pattern that takes in several goes with the first. */
export function onResources(scopings: readonly Scoping[]): Patch {
  const statements = [...new Set(scopings.flatMap((each) => each.statements))];
  return {
    statements: statements.map(({ index }) => index),
    with: statements.flatMap((statement) => {
      const own = scopings.filter((each) => each.statements.includes(statement));
      const { negated, patterns } = statement.actions;
      const moved = new Map(
        patterns.map((pattern) => [pattern, negated ? own[0] : scopingOf(pattern, own)]),
      );
      const movedTo = (scoping: Scoping | undefined): string[] =>
        patterns.filter((pattern) => moved.get(pattern) === scoping);
      const rest = movedTo(undefined);
      const kept = rest.length === 0 ? [] : [changed(statement, { Action: oneOrList(rest) })];
      const narrowed = own
        .filter((each) => movedTo(each).length > 0)
        .map((each) =>
          changed(statement, {
            [negated ? "NotAction" : "Action"]: oneOrList(movedTo(each)),
            Resource: oneOrList(each.resources),
            NotResource: undefined,
          }),
        );
      return [...narrowed, ...kept];
    }),
  };
}

function scopingOf(pattern: string, scopings: readonly Scoping[]): Scoping | undefined {
  const set = new ActionSet([pattern], false);
  return scopings.find(({ actions }) =>
    actions.some((each) => {
      const { service, action } = splitAction(each.toLowerCase());
      return set.has(service, action);
    }),
  );
}

/** Usual actions in place of a service's every action; what a statement allows of other services stays. */
export function usualInstead(
  statements: readonly Statement[],
  services: readonly string[],
  service: string,
): Patch {
  const isOpen = (pattern: ActionSet): boolean =>
    services.some((each) => pattern.mentions(each) && pattern.onlyNames(each) === undefined);
  return {
    statements: statements.map(({ index }) => index),
    with: [
      usualStatement(service, writtenAs(statements[0]!, "Condition")),
      ...statements.flatMap((statement) => {
        const { negated, patterns } = statement.actions;
        const rest = patterns.filter((pattern) => !isOpen(new ActionSet([pattern], false)));
        return rest.length === 0 || negated
          ? []
          : [changed(statement, { Action: oneOrList(rest) })];
      }),
    ],
  };
}

/** A statement without some of its actions, and beside it those that are meant, on a resource of theirs. */
export function renamed(
  statement: Statement,
  names: ReadonlyMap<string, string | undefined>,
): Patch {
  const { patterns, negated } = statement.actions;
  const element = negated ? "NotAction" : "Action";
  const kept = patterns.filter((each) => !names.has(each));
  const isAllow = statement.effect === "Allow" && !negated;
  const meant = [...new Set(names.values())].flatMap((each) => {
    // An Allow with a wildcard has no effect so far: spelled right, it would allow more than anybody has tried.
    const isWide = isAllow && each !== undefined && hasWildcard(each);
    return isWide ? usualActions(splitAction(each).service) : (each ?? []);
  });
  const withActions = (actions: readonly string[], change: Fields = {}): Fields => ({
    ...changed(statement, { [element]: oneOrList(actions), ...change }),
    Effect: statement.effect,
  });
  const onTheirs =
    !isAllow || statement.resources === undefined
      ? {}
      : { Resource: oneOrList([...new Set(meant.map(resourceFor))]) };
  return {
    statements: [statement.index],
    with: [
      ...(kept.length > 0 ? [withActions(negated ? [...kept, ...meant] : kept)] : []),
      ...(meant.length > 0 && !(negated && kept.length > 0) ? [withActions(meant, onTheirs)] : []),
      ...(kept.length + meant.length === 0
        ? [usualStatement(splitAction(patterns[0]!.toLowerCase()).service, undefined)]
        : []),
    ],
  };
}

/** What keeps strangers from coming in by a principal: a condition; without one, a role in its place. */
export interface Mend {
  /** Undefined for all but those of a NotPrincipal. */
  readonly principal: Principal | undefined;
  readonly condition: readonly [key: string, value: string] | undefined;
}

const ROLE: Principal = { kind: "AWS", value: "arn:aws:iam::ACCOUNT:role/NAME" };

/** A statement that keeps strangers out: principals that need a condition get a statement of their own, the others stay as they are. */
export function withoutStrangers(statement: Statement, mends: readonly Mend[]): Patch {
  const { negated, of } = statement.principals!;
  const ofPrincipal = (each: Principal): Mend | undefined =>
    mends.find(({ principal }) => principal === each);
  const plain = negated
    ? [ROLE]
    : of.flatMap((each) => {
        const mend = ofPrincipal(each);
        return mend === undefined ? [each] : mend.condition === undefined ? [ROLE] : [];
      });
  const conditions = new Map(mends.flatMap(({ condition }) => (condition ? [condition] : [])));
  return {
    statements: [statement.index],
    with: [
      ...[...conditions].map(([key, value]) =>
        changed(statement, {
          Principal: principalOf(of.filter((each) => ofPrincipal(each)?.condition?.[0] === key)),
          Condition: conditionWith(statement, key, value),
        }),
      ),
      ...(plain.length > 0
        ? [changed(statement, { Principal: principalOf(plain), NotPrincipal: undefined })]
        : []),
    ],
  };
}

/** Principals as a Principal element. */
function principalOf(principals: readonly Principal[]): unknown {
  const kinds = new Map<string, Set<string>>();
  for (const { kind, value } of principals) {
    kinds.set(kind, (kinds.get(kind) ?? new Set()).add(value));
  }
  return kinds.has("*")
    ? "*"
    : Object.fromEntries([...kinds].map(([kind, values]) => [kind, oneOrList([...values])]));
}

/** A statement's conditions and one more; others on the same key go. */
function conditionWith(statement: Statement, key: string, value: string): Fields {
  const written = (writtenAs(statement, "Condition") ?? {}) as Readonly<Record<string, Fields>>;
  const kept = Object.entries(written).flatMap(([operator, keys]) => {
    const others = Object.entries(isObject(keys) ? keys : {}).filter(
      ([each]) => each.toLowerCase() !== key.toLowerCase(),
    );
    return others.length === 0 ? [] : [[operator, Object.fromEntries(others)] as const];
  });
  const conditions = Object.fromEntries(kept);
  return { ...conditions, StringEquals: { ...conditions["StringEquals"], [key]: value } };
}

/** A patch as text, to be pasted into the document. */
export function patchText(patch: Patch): string {
  return patch.with
    .map((each) => JSON.stringify(each, undefined, 1).replace(/\n\s*/g, " "))
    .join(", ");
}
