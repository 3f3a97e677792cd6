import { splitAction } from "./actions";
import type { Statement } from "./document";
import { quote } from "./element-reader";
import type { Escalation } from "./escalation";
import {
  filledIn,
  onResources,
  patchText,
  renamed,
  resourceFor,
  usualInstead,
  type Patch,
  type Scoping,
} from "./fix";
import type { FullAccess } from "./full-access";
import { actionsOf, type InvokeGrant, type InvokeScope } from "./invoke";
import { isOpen } from "./patterns";
import { nearestService, serviceOf, templatesOf } from "./services";
import { unknownActions } from "./unknown-actions";

/** A finding in words. */
export interface Explanation {
  readonly message: string;
  /** What to write instead, ready to paste. */
  readonly fix: string;
  /** The same as statements. */
  readonly patch?: Patch;
}

/** Of more things than these a message counts the others. */
export const EXAMPLES = 3;
/** More findings of one kind are counted, not shown. */
const MOST_EXPLAINED = 20;

/** How a message calls a statement: by its place, and its Sid where it has one. */
export function nameOf({ source, index, sid }: Statement): string {
  const place = `statement ${index + 1}${source === undefined ? "" : ` of ${source}`}`;
  return sid ? `${place} (${quote(sid)})` : place;
}

/** Which statements allow what is said next. */
function allow(statements: readonly Statement[]): string {
  const names = statements.slice(0, EXAMPLES).map(nameOf);
  const more = statements.length - names.length;
  const last = more > 0 ? `${more} more` : names.pop()!;
  return names.length === 0 ? `${last} allows` : `${names.join(", ")} and ${last} together allow`;
}

/** An explanation whose fix is the patch as text. */
export function explained(message: string, advice: string, patch: Patch): Explanation {
  return { message, fix: `${advice}: ${patchText(patch)}`, patch };
}

/** Which statement allows all of what: the pattern, how many actions that is, three of them. */
export function explainFullAccess(
  grants: readonly FullAccess[],
  adminLike: boolean,
): Explanation[] {
  // Of an administrator's statements each alone would still be one, or a way to become one: they go together.
  const all = [...new Set(grants.flatMap(({ statements }) => statements))];
  return withRest(grants, (grant) => explainOneFullAccess(grant, adminLike ? all : undefined));
}

function explainOneFullAccess(
  { statements, services }: FullAccess,
  replaced = statements.slice(0, 1),
): Explanation {
  const service = services.includes("sagemaker") ? "sagemaker" : services[0]!;
  const isOne = statements.length === 1;
  const isNegated = isOne && statements[0]!.actions.negated;
  const counted = isOne && !isNegated ? services : [service];
  const count = counted.reduce((sum, each) => sum + serviceOf(each).names.length, 0);
  const { names, actions } = serviceOf(service);
  const examples = names.slice(0, EXAMPLES).map((name) => `${service}:${actions.get(name)!.name}`);
  const nearest = nearestService(service);
  const extent =
    count === 0
      ? `the service is not among those AWS lists today${nearest === undefined ? "" : `; did you mean ${nearest}?`}`
      : `${count.toLocaleString("en")} actions${isNegated ? ` of ${service} alone` : ""}, such as ${examples.join(", ")}, and each that AWS adds`;
  const whole =
    services.length === 1 ? service : `${services.length} services, ${service} among them`;
  const patterns = statements.flatMap((each) => each.actions.patterns);
  const open = isOne && patterns.find((pattern) => isOpen(splitAction(pattern).action));
  const pattern = quote(open ? open.toLowerCase() : `${patterns.length} patterns together`);
  return explained(
    `${allow(statements)} ${isNegated ? "everything but its NotAction" : pattern}: every action of ${whole}, on every resource (${extent})`,
    "Allow what is called, on what it is called on",
    usualInstead(replaced, services, service),
  );
}

/** What keeps a grant from being full access: a condition, or the actions that a Deny takes away. */
export function explainNearlyFullAccess(grants: readonly FullAccess[]): Explanation[] {
  return withRest(grants, (grant) => {
    const conditions = conditionsOf(grant.statements);
    const limit =
      conditions === ""
        ? "only single actions are denied"
        : `only its condition limits it: ${conditions}`;
    const explanation = explainOneFullAccess(grant);
    return { ...explanation, message: `${explanation.message}; ${limit}` };
  });
}

/** Names the first conditions of statements. */
function conditionsOf(statements: readonly Statement[]): string {
  const named = statements.flatMap(({ conditions }) =>
    conditions.map(({ operator, writtenKey }) => `${operator} ${writtenKey}`),
  );
  return [...new Set(named)].slice(0, EXAMPLES).join(", ");
}

/** Explains the first ones, and says how many there are beside them. */
function withRest<T>(items: readonly T[], explain: (item: T) => Explanation): Explanation[] {
  const shown = items.slice(0, MOST_EXPLAINED).map(explain);
  const more = items.length - shown.length;
  const last = shown.at(-1);
  return more > 0 && last !== undefined
    ? [...shown, { ...last, message: `the same in ${more.toLocaleString("en")} more places` }]
    : shown;
}

/** Which statements let which invoke actions reach which endpoints.  */
export function explainInvokeGrants(
  grants: readonly InvokeGrant[],
  endpointArn = resourceFor("sagemaker:InvokeEndpoint"),
): Explanation[] {
  return withRest(grants, ({ statements, scope }) => {
    const actions = [...new Set(statements.flatMap(actionsOf))];
    return explained(
      `${allow(statements)} ${actions.join(", ")} on ${resourcesOf(statements)}: ${REACH[scope]}`,
      "Name the endpoint",
      onResources([{ statements, actions, resources: [endpointArn] }]),
    );
  });
}

function resourcesOf(statements: readonly Statement[]): string {
  const patterns = statements.flatMap(({ resources }) =>
    resources === undefined || resources.negated ? [] : resources.patterns,
  );
  if (patterns.length === 0) {
    return "everything but its NotResource";
  }
  const more = patterns.length - 1;
  return `${quote(patterns[0]!)}${more > 0 ? ` and ${more} more` : ""}`;
}

const REACH: Readonly<Record<InvokeScope, string>> = {
  none: "no endpoint",
  exact: "one endpoint",
  "same-name": "the endpoints of one name in several regions or accounts",
  variable: "endpoints that are known only at run time",
  prefix: "every endpoint whose name matches",
  unscoped: "every endpoint of an account",
};

/** Why a permission to pass roles is too wide, and for which conditions that makes no difference. */
export function explainPassRole(statements: readonly Statement[]): Explanation[] {
  if (statements.length === 0) {
    return [];
  }
  const actions = ["iam:PassRole"];
  return [
    explained(
      `${allow(statements)} iam:PassRole on every role, to every service${butFor(statements)}`,
      "Name the role",
      onResources([{ statements, actions, resources: actions.map(resourceFor) }]),
    ),
  ];
}

/** The conditions of statements, which limit the caller and not what is called on. */
function butFor(statements: readonly Statement[]): string {
  const conditions = conditionsOf(statements);
  return conditions === "" ? "" : ` (its condition ${conditions} does not say which)`;
}

/** More ways to escalate by the same statements are counted, not shown. */
const MOST_WAYS = 5;

/** With which permissions the holder becomes more than it was meant to be. What changes the same statements has one fix. */
export function explainEscalations(found: readonly Escalation[]): Explanation[] {
  const explanations = together(found.map(wayOf)).flatMap((ways): Explanation[] => {
    const patch = onResources(ways.map(({ scoping }) => scoping));
    const shown = ways
      .slice(0, MOST_WAYS)
      .map(({ message }) => explained(message, "Name the resources", patch));
    const more = ways.length - shown.length;
    const by = [...new Set(ways.slice(MOST_WAYS).flatMap((each) => each.by))];
    const message = `${allow(by)} ${more} more such ${more === 1 ? "way" : "ways"} to gain permissions`;
    return more > 0 ? [...shown, explained(message, "Name the resources", patch)] : shown;
  });
  return withRest(explanations, (each) => each);
}

/** A way to escalate in words, by which statements it is open, and what closes it. */
interface Way {
  readonly message: string;
  readonly by: readonly Statement[];
  readonly scoping: Scoping;
}

function wayOf({ path: { needs, on, how, passedTo }, statements }: Escalation): Way {
  const [first, ...others] = needs;
  const what =
    passedTo === undefined
      ? `${needs.join(" and ")}${on === undefined ? " on every resource" : ""}`
      : [`${first} on every role`, ...others].join(" and ");
  const by = [...new Set([...statements.values()].flat())];
  const scoped = needs.find((action) => templatesOf(action).length > 0) ?? needs[0]!;
  return {
    message: `${allow(by)} ${what}, with which its holder ${how}${butFor(by)}`,
    by,
    scoping: {
      statements: statements.get(scoped)!,
      actions: [scoped],
      resources: on?.[scoped]?.map(([template]) => filledIn(template!)) ?? [resourceFor(scoped)],
    },
  };
}

/** The ways that change the same statements. */
function together(ways: readonly Way[]): readonly (readonly Way[])[] {
  return ways.reduce<readonly (readonly Way[])[]>((groups, way) => {
    const changed = new Set(way.scoping.statements);
    const isNear = (group: readonly Way[]): boolean =>
      group.some(({ scoping }) => scoping.statements.some((each) => changed.has(each)));
    return [...groups.filter((group) => !isNear(group)), [...groups.filter(isNear).flat(), way]];
  }, []);
}

/** Which actions AWS does not have, with the nearest that it has. */
export function explainUnknownActions(statements: readonly Statement[]): Explanation[] {
  return withRest(unknownActions(statements), ({ statement, unknown }) => {
    const named = unknown
      .slice(0, EXAMPLES)
      .map(({ pattern, nearest }) =>
        nearest === undefined ? quote(pattern) : `${quote(pattern)} (did you mean ${nearest}?)`,
      );
    const more = unknown.length > EXAMPLES ? ` and ${unknown.length - EXAMPLES} more` : "";
    return explained(
      `${nameOf(statement)} names ${named.join(", ")}${more}, which AWS does not have: it has no effect`,
      "Name actions that AWS has",
      renamed(statement, new Map(unknown.map(({ pattern, nearest }) => [pattern, nearest]))),
    );
  });
}
