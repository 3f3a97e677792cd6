import { ActionSet } from "./actions";
import type { Statement } from "./document";
import {
  aResource,
  allowedWhere,
  anAction,
  resourcesIn,
  takingIn,
  withoutConditions,
  type Grants,
} from "./grants";
import { placesOf, resourceAt } from "./places";
import { escape, type Box, type Test } from "./requests";
import { hasVariable, language, MARK } from "./language";

/** Every action that invokes an endpoint (Service Authorization Reference, Amazon SageMaker). */
export const INVOKE_ACTIONS = [
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

const ENDPOINT = `arn:\${Partition}:sagemaker:\${Region}:\${Account}:endpoint/${MARK}`;
const INVOKING: Test = { of: "action", actions: new ActionSet(INVOKE_ACTIONS, false) };
const ENDPOINTS = resourcesIn("arn:[:+]:sagemaker:[:]:[:]:endpoint/[/+]");
/** Names of three characters and more: of shorter ones nobody has enough to matter. */
const NAMES = "[a.][n.][n][a.]";

/** The wider of two scopes. */
export function wider(one: InvokeScope, other: InvokeScope): InvokeScope {
  return INVOKE_SCOPES.indexOf(one) >= INVOKE_SCOPES.indexOf(other) ? one : other;
}

/** What the statements allow of invoking endpoints. */
export function invokeGrants(grants: Grants): InvokeGrant[] {
  const boxes = grants.allows.filter(({ statement }) => actionsOf(statement).length > 0);
  const found = boxes.flatMap((box): InvokeGrant[] => {
    const scope = scopeOf(box, grants);
    return scope === "none" ? [] : [{ statements: [box.statement], scope }];
  });
  const isScoped = found.every(({ scope }) => scope !== "unscoped");
  return isScoped ? [...found, ...together(boxes, grants)] : found;
}

/** The invoke actions that a statement takes in. */
export function actionsOf({ actions }: Statement): string[] {
  return INVOKE_ACTIONS.filter((action) =>
    actions.has("sagemaker", action.slice(10).toLowerCase()),
  );
}

/** Which endpoints one statement reaches. */
function scopeOf(box: Box, grants: Grants): InvokeScope {
  const tests = [INVOKING, ...withoutConditions(box).tests];
  const places = placesOf([box.statement]);
  const isOpen = places.some(
    (place) =>
      allowedWhere(grants, [...tests, aResource(resourceAt(place, ENDPOINT))]) !== undefined,
  );
  if (isOpen) {
    // A restricting condition leaves out some endpoints, callers or moments: which, is known only at run time.
    return grants.open.some(({ statement }) => statement === box.statement)
      ? "unscoped"
      : "variable";
  }
  // A policy that excepts or denies all endpoints of its own partition means all there are.
  const partitions = [...new Set(places.map(({ partition }) => partition))];
  const near = resourcesIn(
    ...partitions.map((each) => `arn:${each}:sagemaker:[:]:[:]:endpoint/[/+]`),
  );
  const reached = allowedWhere(grants, [...tests, near]);
  if (reached === undefined) {
    return "none";
  }
  const arn = reached.point.resource!;
  const name = arn.slice(arn.indexOf("/") + 1);
  const remaining = (test: Test): boolean => {
    const others = allowedWhere(grants, [...tests, ENDPOINTS])?.and(test, false);
    return others !== undefined && escape(others, grants.denials) !== undefined;
  };
  if (remaining(resourcesIn(`arn:[:]:[:]:[:]:[:]:endpoint/${name}`))) {
    return "prefix";
  }
  if (hasVariable(name)) {
    return "variable";
  }
  return remaining({ of: "resource", words: language([arn], {}), negated: false }) ||
    hasVariable(arn)
    ? "same-name"
    : "exact";
}

/** Statements that reach endpoints of every name of a place only together: by one first character each, say. */
function together(boxes: readonly Box[], grants: Grants): InvokeGrant[] {
  const open = grants.open.filter(({ statement }) =>
    boxes.some((box) => box.statement === statement),
  );
  const statements = open.map(({ statement }) => statement);
  const allowing = INVOKE_ACTIONS.map((action) => takingIn(open, action));
  const isWhole = placesOf(statements).some((place) => {
    const names = resourcesIn(resourceAt(place, ENDPOINT).replace(/[^/]*$/, NAMES));
    return INVOKE_ACTIONS.some((action, index) => {
      const all = [anAction(action), names];
      return (
        allowing[index]!.length > 0 &&
        allowedWhere({ ...grants, denials: allowing[index]! }, all) === undefined &&
        !grants.denials.some((denial) =>
          allowedWhere({ ...grants, denials: [] }, [...all, ...denial.tests]),
        )
      );
    });
  });
  return isWhole ? [{ statements, scope: "unscoped" }] : [];
}
