import {
  ANY_SEGMENT,
  hasVariable,
  prepareResource,
  remaindersAfter,
  type Remainder,
  type TemplatePart,
} from "./arn-scope";
import type { ResourcePattern } from "./resource-pattern";
import { hasWildcard, isOpen } from "./wildcard";

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
/** One endpoint's ARN; and one whose service and type are spelt out. What follows can only be the name: nothing before it could. */
const ONE_ENDPOINT = /^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]+:endpoint\/[\w.-]{1,63}$/i;
const SPELT_OUT = /^arn:([^:]*):sagemaker:([^:]*):([^:]*):endpoint\//i;

/** The wider of two scopes. */
export function wider(one: InvokeScope, other: InvokeScope): InvokeScope {
  return INVOKE_SCOPES.indexOf(one) >= INVOKE_SCOPES.indexOf(other) ? one : other;
}

/** The narrower of two scopes. */
export function narrower(one: InvokeScope, other: InvokeScope): InvokeScope {
  return wider(one, other) === one ? other : one;
}

/** Which endpoints a resource pattern reaches. */
export function scopeOfResource(resource: ResourcePattern, hasVariables: boolean): InvokeScope {
  if (resource.isOpen) {
    return "unscoped";
  }
  if (resource.service !== undefined && resource.service !== "sagemaker") {
    return "none";
  }
  if (ONE_ENDPOINT.test(resource.text)) {
    return "exact";
  }
  const pattern = prepareResource(resource.text, hasVariables);
  if (pattern.replaceAll("*", "").length > LONGEST_ENDPOINT_ARN) {
    return "none";
  }
  const front = SPELT_OUT.exec(pattern)?.[0];
  if (front !== undefined) {
    return scopeOfName({
      pattern: pattern.slice(front.length),
      exactFront: !hasWildcard(front) && !hasVariable(front),
    });
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

/** An endpoint's name is made of letters, digits and hyphens; what others allow in names is no reason to see nothing. */
function couldBeName(name: string): boolean {
  return /^[\w.*?\uE000-]+$/.test(name);
}
