import { ActionSet } from "./actions";
import type { Statement } from "./document";
import { anyone, determined } from "./audience";
import { denying, isAllowedOnAny, takingIn, type Grants, type Held } from "./grants";
import { hasVariable, MARK } from "./patterns";
import { placesOf, resourceAt } from "./places";
import {
  complement,
  escape,
  Region,
  resourcesIn,
  theResource,
  type ResourceTest,
  type Scope,
  type Test,
} from "./requests";

/** Every action that invokes an endpoint (Service Authorization Reference, Amazon SageMaker). */
const INVOKE_ACTIONS = [
  "sagemaker:InvokeEndpoint",
  "sagemaker:InvokeEndpointAsync",
  "sagemaker:InvokeEndpointWithResponseStream",
  "sagemaker:InvokeEndpointWithBidirectionalStream",
] as const;

/** How far a permission to invoke endpoints reaches, narrowest first. */
export const INVOKE_SCOPES = [
  "none",
  "exact",
  "same-name",
  "variable",
  "prefix",
  "unscoped",
] as const;
export type InvokeScope = (typeof INVOKE_SCOPES)[number];

/** A permission to invoke endpoints. */
export interface InvokeGrant {
  /** Mostly one; several where only together they reach that far. */
  readonly statements: readonly Statement[];
  readonly scope: InvokeScope;
}

const ENDPOINT = `arn:\${Partition}:sagemaker:\${Region}:\${Account}:endpoint/`;
const ENDPOINTS = resourcesIn("arn:[:+]:sagemaker:[:]:[:]:endpoint/[/+]");
/** Names of three characters and more: of shorter ones nobody has enough to matter. */
const NAMES = "[a.][n.][n][a.]";

/** The wider of two scopes. */
export function wider(one: InvokeScope, other: InvokeScope): InvokeScope {
  return INVOKE_SCOPES.indexOf(one) >= INVOKE_SCOPES.indexOf(other) ? one : other;
}

/** What the statements allow of invoking endpoints. */
export function invokeGrants(grants: Grants): InvokeGrant[] {
  const allows = grants.allows.filter(({ statement }) => actionsOf(statement).length > 0);
  const found = allows.flatMap((each): InvokeGrant[] => {
    const scope = scopeOf(each, grants);
    return scope === "none" ? [] : [{ statements: [each.statement], scope }];
  });
  const isScoped = found.every(({ scope }) => scope !== "unscoped");
  return isScoped ? [...found, ...together(allows, grants)] : found;
}

/** The invoke actions that a statement takes in. */
export function actionsOf({ actions }: Statement): string[] {
  return INVOKE_ACTIONS.filter((action) =>
    actions.has("sagemaker", action.slice(10).toLowerCase()),
  );
}

/** Which endpoints one statement reaches. */
function scopeOf(allow: Held, grants: Grants): InvokeScope {
  const { statement, what, isOpen, places } = allow;
  const scope = anyone(grants.now);
  const actions = actionsOf(statement);
  const isEvery = (requests: Scope): boolean =>
    actions.some((action) =>
      isAllowedOnAny(grants, allow, [], action, [ENDPOINT + MARK], requests),
    );
  if (isEvery(scope)) {
    // A restricting condition leaves out some endpoints, callers or moments: which, is known only at run time.
    return isOpen && isEvery(determined(grants.now)) ? "unscoped" : "variable";
  }
  const all = Region.all(scope).within([
    { of: "action", actions: new ActionSet(actions) },
    ...what.slice(1),
  ]);
  const remaining = (...tests: Test[]): Region | undefined => {
    const region = all?.within(tests);
    return region && escape(region, denying(grants));
  };
  // A policy that excepts or denies all endpoints of its own partition means all there are.
  const partitions = [...new Set(places.map(({ partition }) => partition))];
  const arn = remaining(
    resourcesIn(...partitions.map((each) => `arn:${each}:sagemaker:[:]:[:]:endpoint/[/+]`)),
  )?.point.resource;
  if (arn === undefined) {
    return "none";
  }
  const name = arn.slice(arn.indexOf("/") + 1);
  const sameName = resourcesIn(`arn:[:]:[:]:[:]:[:]:endpoint/${name}`);
  if (remaining(ENDPOINTS, complement(sameName)) !== undefined) {
    return "prefix";
  }
  if (hasVariable(name)) {
    return "variable";
  }
  return hasVariable(arn) || remaining(ENDPOINTS, complement(theResource(arn))) !== undefined
    ? "same-name"
    : "exact";
}

/** Statements that reach endpoints of every name of a place only together: by one first character each, say. */
function together(boxes: readonly Held[], grants: Grants): InvokeGrant[] {
  const open = boxes.filter(({ isOpen }) => isOpen);
  const statements = open.map(({ statement }) => statement);
  const isWhole = placesOf(statements).some((place) => {
    const names = Region.all(anyone(grants.now)).within([
      resourcesIn(resourceAt(place, ENDPOINT + NAMES)),
    ])!;
    return INVOKE_ACTIONS.some((action) => {
      const allowing = takingIn(open, action);
      return (
        allowing.some(hasPatterns) &&
        escape(names, allowing.map(onResource)) === undefined &&
        takingIn(grants.denials, action).every(
          (denial) => names.within([...onResource(denial), ...denial.when]) === undefined,
        )
      );
    });
  });
  return isWhole ? [{ statements, scope: "unscoped" }] : [];
}

/** Whether a statement does more than list names. */
function hasPatterns(allow: Held): boolean {
  return onResource(allow).some(({ words, negated }) => negated || words.patterns.length > 0);
}

function onResource({ what }: Held): readonly ResourceTest[] {
  return what.filter((test) => test.of === "resource");
}
