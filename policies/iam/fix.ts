import { ActionSet, splitAction } from "./actions";
import type { Principal, Statement } from "./document";
import { isObject } from "./element-reader";
import { MARK } from "./patterns";
import { resourceAt } from "./places";
import { serviceOf, templatesOf } from "./services";

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

/** A narrow statement for a service: its usual actions, or one that reads a resource. */
function usualStatement(service: string, condition: unknown): Fields {
  const listed = [...serviceOf(service).actions.values()];
  const [first] = listed;
  if (first === undefined) {
    const Resource = `arn:aws:${service}:REGION:ACCOUNT:NAME`;
    return statementOf({ Action: `${service}:ACTION`, Resource, Condition: condition });
  }
  const reading = listed.find(
    ({ accessLevel, templates }) => accessLevel === "Read" && templates.length > 0,
  );
  const names = USUAL.get(service) ?? [(reading ?? first).name];
  const actions = names.map((name) => `${service}:${name}`);
  return statementOf({
    Action: oneOrList(actions),
    Resource: resourceFor(actions[0]!),
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

/** The patterns of a statement that take in one of some actions, and the others. */
function divide(
  { actions }: Statement,
  isMoved: (pattern: ActionSet) => boolean,
): [string[], string[]] {
  const moved = actions.negated
    ? [...actions.patterns]
    : actions.patterns.filter((pattern) => isMoved(new ActionSet([pattern], false)));
  return [moved, actions.patterns.filter((pattern) => !moved.includes(pattern))];
}

/** Some actions of statements on one resource; the others stay as they are. */
export function onResource(
  statements: readonly Statement[],
  actions: readonly string[],
  resources: readonly string[],
): Patch {
  const takesIn = (pattern: ActionSet): boolean =>
    actions.some((action) => {
      const { service, action: name } = splitAction(action.toLowerCase());
      return pattern.has(service, name);
    });
  return {
    statements: statements.map(({ index }) => index),
    with: statements.flatMap((statement) => {
      const [moved, rest] = divide(statement, takesIn);
      const kept = rest.length === 0 ? [] : [changed(statement, { Action: oneOrList(rest) })];
      const narrowed = changed(statement, {
        ...(statement.actions.negated ? {} : { Action: oneOrList(moved) }),
        Resource: oneOrList(resources),
        NotResource: undefined,
      });
      return [narrowed, ...kept];
    }),
  };
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
        const [, rest] = divide(statement, isOpen);
        return rest.length === 0 || statement.actions.negated
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
  const meant = [...new Set(names.values())].filter((each) => each !== undefined);
  const withActions = (actions: readonly string[], change: Fields = {}): Fields => ({
    ...changed(statement, { [element]: oneOrList(actions), ...change }),
    Effect: statement.effect,
  });
  const onTheirs =
    statement.effect === "Deny" || negated || statement.resources === undefined
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

/** A named principal in place of one that is everybody. */
export function namedPrincipal(statement: Statement, principal: Principal | undefined): Patch {
  const written = writtenAs(statement, "Principal");
  const others =
    typeof written === "object" && principal !== undefined && principal.kind !== "*"
      ? (written as Fields)
      : {};
  const Principal = { ...others, AWS: "arn:aws:iam::ACCOUNT:role/NAME" };
  return {
    statements: [statement.index],
    with: [changed(statement, { Principal, NotPrincipal: undefined })],
  };
}

/** A statement with one condition more; others on the same key go. */
export function withCondition(statement: Statement, key: string, value: string): Patch {
  const written = (writtenAs(statement, "Condition") ?? {}) as Readonly<Record<string, Fields>>;
  const kept = Object.entries(written).flatMap(([operator, keys]) => {
    const others = Object.entries(isObject(keys) ? keys : {}).filter(
      ([each]) => each.toLowerCase() !== key.toLowerCase(),
    );
    return others.length === 0 ? [] : [[operator, Object.fromEntries(others)] as const];
  });
  const conditions = Object.fromEntries(kept);
  const Condition = {
    ...conditions,
    StringEquals: { ...conditions["StringEquals"], [key]: value },
  };
  return { statements: [statement.index], with: [changed(statement, { Condition })] };
}

/** A patch as text, to be pasted into the document. */
export function patchText(patch: Patch): string {
  return patch.with
    .map((each) => JSON.stringify(each, undefined, 1).replace(/\n\s*/g, " "))
    .join(", ");
}
