import {
  ANY_SEGMENT,
  hasVariable,
  prepareResource,
  remaindersAfter,
  type Remainder,
  type TemplatePart,
} from "./arn-scope";
import type { Statement } from "./document";
import { mayLeaveOpen, parseResource, type ResourcePattern } from "./resource-pattern";
import { INVOKE_ACTIONS } from "./sensitive-actions";
import type { SensitiveIndex } from "./sensitive-index";
import { asText, covers, coversText, hasWildcard, isOpen } from "./wildcard";

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

/** A permission to invoke endpoints: one action of one statement on one resource pattern. */
export interface InvokeGrant {
  readonly statement: Statement;
  readonly action: (typeof INVOKE_ACTIONS)[number];
  /** The resource pattern, as written; `*` stands for a NotResource. */
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
/** Comparisons of a Deny with an Allow, for one action: enough for any policy that AWS stores. */
const MOST_COMPARISONS = 20_000;
/** One endpoint's ARN; and one whose service and type are spelt out. What follows can only be the name: nothing before it could. */
const ONE_ENDPOINT = /^arn:[a-z-]+:sagemaker:[a-z0-9-]+:[0-9]+:endpoint\/[\w.-]{1,63}$/i;
const SPELT_OUT = /^arn:([^:]*):sagemaker:([^:]*):([^:]*):endpoint\//i;

/** The wider of two scopes. */
export function wider(one: InvokeScope, other: InvokeScope): InvokeScope {
  return INVOKE_SCOPES.indexOf(one) >= INVOKE_SCOPES.indexOf(other) ? one : other;
}

function narrower(one: InvokeScope, other: InvokeScope): InvokeScope {
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

/** Beyond this many grants only those are kept that reach further than all before. */
const MOST_GRANTS = 1_000;

/** What the statements allow of invoking endpoints, after what their unconditional Deny statements take away. */
export function invokeGrants(index: SensitiveIndex): InvokeGrant[] {
  const grants: InvokeGrant[] = [];
  let widest: InvokeScope = "none";
  for (const action of INVOKE_ACTIONS) {
    const denials = new EndpointDenials(index.denials.get(action) ?? []);
    for (const statement of index.allows.get(action) ?? []) {
      for (const { resource, scope } of reachOf(statement)) {
        const left = denials.leave(resource, scope);
        const isWider = wider(left, widest) !== widest;
        if (left !== "none" && (isWider || grants.length < MOST_GRANTS)) {
          grants.push({ statement, action, resource, scope: left });
          widest = wider(left, widest);
        }
      }
    }
  }
  return grants;
}

interface Reach {
  readonly resource: string;
  readonly scope: InvokeScope;
}

const reaches = new WeakMap<Statement, readonly Reach[]>();

/** The resource patterns of an Allow that reach endpoints at all. */
function reachOf(statement: Statement): readonly Reach[] {
  let reach = reaches.get(statement);
  if (reach === undefined) {
    const { resources, hasVariables, conditions } = statement;
    reach = allowedPatterns(statement).flatMap((resource): Reach[] => {
      const scope = scopeOfResource(resource, hasVariables && resources?.negated !== true);
      // A restricting condition leaves out some endpoints, callers or moments: which, is known only at run time.
      const limited = conditions.length > 0 && scope === "unscoped" ? "variable" : scope;
      return limited === "none" ? [] : [{ resource: resource.text, scope: limited }];
    });
    reaches.set(statement, reach);
  }
  return reach;
}

function allowedPatterns({ resources, hasVariables }: Statement): readonly ResourcePattern[] {
  if (resources === undefined) {
    return [];
  }
  if (!resources.negated) {
    return resources.patterns;
  }
  // Everything but a few resources is everything, unless the exceptions take in every endpoint.
  const leavesNothing =
    resources.unknown || resources.patterns.some((each) => coversAllEndpoints(each, hasVariables));
  return leavesNothing ? [] : [parseResource("*")];
}

/** What unconditional Deny statements take away of one invoke action. */
class EndpointDenials {
  readonly #isEmpty: boolean;
  /** The widest scope that is left of everything. */
  #left: InvokeScope = "unscoped";
  readonly #exact = new Set<string>();
  /** Patterns whose one wildcard is the star at their end, without it, and the lengths that they have. */
  readonly #prefixes = new Set<string>();
  readonly #prefixLengths = new Set<number>();
  readonly #patterns: string[] = [];
  #comparisons = MOST_COMPARISONS;

  constructor(denials: readonly Statement[]) {
    this.#isEmpty = denials.length === 0;
    for (const { resources, hasVariables } of denials) {
      if (resources?.negated) {
        this.#denyAllBut(resources.patterns, resources.unknown, hasVariables);
      } else {
        for (const pattern of resources?.patterns ?? []) {
          this.#deny(pattern, hasVariables);
        }
      }
    }
  }

  #denyAllBut(values: readonly ResourcePattern[], unknown: boolean, hasVariables: boolean): void {
    if (!unknown) {
      const spared = values.map((each) => scopeOfResource(each, hasVariables));
      this.#left = narrower(this.#left, spared.reduce(wider, "none"));
    }
  }

  #deny(pattern: ResourcePattern, hasVariables: boolean): void {
    const { text } = pattern;
    if (coversAllEndpoints(pattern, hasVariables)) {
      this.#left = "none";
    } else if (!(hasVariables && text.includes("${"))) {
      this.#exact.add(text);
      if (isPrefix(text)) {
        this.#prefixes.add(text.slice(0, -1));
        this.#prefixLengths.add(text.length - 1);
      } else if (hasWildcard(text)) {
        this.#patterns.push(text);
      }
    }
  }

  /** What is left of a scope on a resource pattern. Where the comparisons are used up, nothing more is taken away. */
  leave(resource: string, scope: InvokeScope): InvokeScope {
    if (this.#isEmpty) {
      return scope;
    }
    if (this.#left === "none" || this.#exact.has(resource)) {
      return "none";
    }
    return this.#covers(asText(resource)) ? "none" : narrower(scope, this.#left);
  }

  #covers(resource: string): boolean {
    for (const length of this.#prefixLengths) {
      if (this.#comparisons-- <= 0) {
        return false;
      }
      if (this.#prefixes.has(resource.slice(0, length))) {
        return true;
      }
    }
    for (const pattern of this.#patterns) {
      if (this.#comparisons-- <= 0) {
        return false;
      }
      if (coversText(pattern, resource)) {
        return true;
      }
    }
    return false;
  }
}

function isPrefix(pattern: string): boolean {
  return pattern.endsWith("*") && !hasWildcard(pattern.slice(0, -1));
}

/** Whether a pattern takes in every endpoint of every region and account. */
function coversAllEndpoints(resource: ResourcePattern, hasVariables: boolean): boolean {
  if (resource.isOpen) {
    return true;
  }
  if (!mayLeaveOpen(resource, "endpoint/") || (hasVariables && resource.text.includes("${"))) {
    return false;
  }
  const pattern = resource.text.toLowerCase();
  return (
    covers(pattern, "arn:*:sagemaker:*:*:endpoint/*") ||
    covers(pattern, "arn:aws:sagemaker:*:*:endpoint/*")
  );
}
