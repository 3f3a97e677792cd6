import {
  ANY_SEGMENT,
  hasVariable,
  prepareResource,
  remaindersAfter,
  type Remainder,
  type TemplatePart,
} from "./arn-scope";
import type { Statement } from "./document";
import { actionMatches } from "./action-pattern";
import { covers, hasWildcard, isOpen } from "./wildcard";

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

/** Every action that invokes an endpoint (Service Authorization Reference, Amazon SageMaker). */
export const INVOKE_ACTIONS = [
  "sagemaker:InvokeEndpoint",
  "sagemaker:InvokeEndpointAsync",
  "sagemaker:InvokeEndpointWithResponseStream",
  "sagemaker:InvokeEndpointWithBidirectionalStream",
] as const;

/** A permission to invoke endpoints: one action of one statement on one resource pattern. */
export interface InvokeGrant {
  readonly statement: Statement;
  readonly action: (typeof INVOKE_ACTIONS)[number];
  /** The resource pattern, as written; `NotResource` stands for everything but the listed. */
  readonly resource: string;
  readonly scope: InvokeScope;
}

const ENDPOINT: readonly TemplatePart[] = [
  "arn:",
  ANY_SEGMENT,
  ":sagemaker:",
  ANY_SEGMENT,
  ":",
  ANY_SEGMENT,
  ":endpoint/",
];
const LONGEST_NAME = 63;
/** Longer than any endpoint's ARN; a pattern with more characters to match matches none. */
const LONGEST_ENDPOINT_ARN = 256;

/** The wider of two scopes. */
export function wider(one: InvokeScope, other: InvokeScope): InvokeScope {
  return INVOKE_SCOPES.indexOf(one) >= INVOKE_SCOPES.indexOf(other) ? one : other;
}

function narrower(one: InvokeScope, other: InvokeScope): InvokeScope {
  return wider(one, other) === one ? other : one;
}

/** Which endpoints a resource pattern reaches. */
export function scopeOfResource(resource: string, hasVariables: boolean): InvokeScope {
  if (isOpen(resource)) {
    return "unscoped";
  }
  const pattern = prepareResource(resource, hasVariables);
  if (pattern.replaceAll("*", "").length > LONGEST_ENDPOINT_ARN) {
    return "none";
  }
  return remaindersAfter(pattern, ENDPOINT).map(scopeOfName).reduce(wider, "none");
}

function scopeOfName({ pattern: name, exactFront }: Remainder): InvokeScope {
  if (name === "" || name.replaceAll("*", "").length > LONGEST_NAME || !couldBeName(name)) {
    return "none";
  }
  if (isOpen(name)) {
    return "unscoped";
  }
  if (hasWildcard(name)) {
    return "prefix";
  }
  if (hasVariable(name)) {
    return "variable";
  }
  return exactFront ? "exact" : "same-name";
}

/** An endpoint's name is made of letters, digits and hyphens. */
function couldBeName(name: string): boolean {
  return /^[a-z0-9*?\uE000-]+$/i.test(name);
}

/** What the statements allow of invoking endpoints, after what their Deny statements take away. */
export function invokeGrants(statements: readonly Statement[]): InvokeGrant[] {
  return INVOKE_ACTIONS.flatMap((action) => {
    const relevant = statements.filter(
      ({ principals, actions }) => principals === undefined && actionMatches(actions, action),
    );
    const denials = relevant.filter(
      ({ effect, conditions }) => effect === "Deny" && conditions.length === 0,
    );
    return relevant
      .filter(({ effect }) => effect === "Allow")
      .flatMap((statement) => grantsOf(statement, action, denials));
  });
}

function grantsOf(
  statement: Statement,
  action: InvokeGrant["action"],
  denials: readonly Statement[],
): InvokeGrant[] {
  const { resources, hasVariables, conditions } = statement;
  if (resources === undefined) {
    return [];
  }
  // Everything but a few resources is everything, unless the exceptions take in every endpoint.
  const patterns = !resources.negated
    ? resources.values
    : resources.unknown || resources.values.some((each) => coversAllEndpoints(each, hasVariables))
      ? []
      : ["*"];
  return [...new Set(patterns)].flatMap((resource) => {
    let scope = scopeOfResource(resource, hasVariables);
    if (scope === "unscoped" && conditions.length > 0) {
      // A restricting condition leaves some endpoints, callers or moments out: which ones is known only at run time.
      scope = "variable";
    }
    for (const denial of denials) {
      scope = narrower(scope, scopeLeftBy(denial, resource));
    }
    return scope === "none" ? [] : [{ statement, action, resource, scope }];
  });
}

/** The widest scope that a Deny leaves of an allowed resource. */
function scopeLeftBy(denial: Statement, resource: string): InvokeScope {
  const { resources, hasVariables } = denial;
  if (resources === undefined) {
    return "unscoped";
  }
  if (resources.negated) {
    // All but the listed resources are denied: at most those remain.
    return resources.unknown
      ? "unscoped"
      : resources.values.map((each) => scopeOfResource(each, hasVariables)).reduce(wider, "none");
  }
  const isDenied = resources.values.some(
    (each) =>
      coversAllEndpoints(each, hasVariables) ||
      (!(hasVariables && each.includes("${")) && covers(each, resource)),
  );
  return isDenied ? "none" : "unscoped";
}

/** Whether a pattern takes in every endpoint of every region and account. */
function coversAllEndpoints(resource: string, hasVariables: boolean): boolean {
  return (
    isOpen(resource) ||
    (!(hasVariables && resource.includes("${")) &&
      covers(resource.toLowerCase(), "arn:*:sagemaker:*:*:endpoint/*")) ||
    covers(resource.toLowerCase(), "arn:aws:sagemaker:*:*:endpoint/*")
  );
}
