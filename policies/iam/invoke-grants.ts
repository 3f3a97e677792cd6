import type { Statement } from "./document";
import { narrower, scopeOfResource, wider, type InvokeScope } from "./invoke-scope";
import { coverEveryNameTogether } from "./name-union";
import { mayLeaveOpen, parseResource, type ResourcePattern } from "./resource-pattern";
import { INVOKE_ACTIONS } from "./sensitive-actions";
import type { SensitiveIndex } from "./sensitive-index";
import { asText, covers, coversText, hasWildcard } from "./wildcard";

/** A permission to invoke endpoints: one action of one statement on one resource pattern. */
export interface InvokeGrant {
  readonly statement: Statement;
  readonly action: (typeof INVOKE_ACTIONS)[number];
  /** The resource pattern, as written; `*` stands for a NotResource. */
  readonly resource: string;
  readonly scope: InvokeScope;
  /** Where several patterns are that wide only together: how many, this one among them. */
  readonly together?: number;
}

/** Comparisons of a Deny with an Allow, for one set of Deny statements: enough for any policy that AWS stores. */
const MOST_COMPARISONS = 20_000;
/** Beyond this many grants only those are kept that reach further than all before. */
const MOST_GRANTS = 1_000;

/** What the statements allow of invoking endpoints, after what their unconditional Deny statements take away. */
export function invokeGrants(index: SensitiveIndex): InvokeGrant[] {
  const grants: InvokeGrant[] = [];
  let widest: InvokeScope = "none";
  const denialsOf = denialsByList();
  for (const action of INVOKE_ACTIONS) {
    const denials = denialsOf(index.denials.get(action) ?? []);
    const byName: InvokeGrant[] = [];
    for (const statement of index.allows.get(action) ?? []) {
      for (const { resource, scope } of reachOf(statement)) {
        const left = denials.leave(resource, scope);
        const grant = { statement, action, resource, scope: left };
        const isWider = wider(left, widest) !== widest;
        if (left !== "none" && (isWider || grants.length < MOST_GRANTS)) {
          grants.push(grant);
          widest = wider(left, widest);
        }
        if (left === "prefix" && statement.conditions.length === 0) {
          byName.push(grant);
        }
      }
    }
    grants.push(...everyNameTogether(byName));
  }
  return grants;
}

/** One grant for each statement whose patterns take in every name together with those of the others. */
function everyNameTogether(grants: readonly InvokeGrant[]): InvokeGrant[] {
  const covering = coverEveryNameTogether(grants, ({ resource }) => resource);
  const statements = new Set(covering.map(({ statement }) => statement));
  return [...statements].map((statement) => ({
    ...covering[0]!,
    statement,
    scope: "unscoped",
    together: covering.length,
  }));
}

/** Mostly the invoke actions are denied by the same statements: what those take away is worked out once. */
function denialsByList(): (statements: readonly Statement[]) => EndpointDenials {
  const known: { statements: readonly Statement[]; denials: EndpointDenials }[] = [];
  return (statements) => {
    const same = known.find(
      (each) =>
        each.statements.length === statements.length &&
        each.statements.every((statement, at) => statement === statements[at]),
    );
    if (same !== undefined) {
      return same.denials;
    }
    const denials = new EndpointDenials(statements);
    known.push({ statements, denials });
    return denials;
  };
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
  readonly #patterns: DeniedPattern[] = [];
  #comparisons = MOST_COMPARISONS;
  /** What has been asked before: the actions share their denials. */
  readonly #covered = new Map<string, boolean>();

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
        this.#patterns.push(deniedPattern(text));
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
    let isCovered = this.#covered.get(resource);
    if (isCovered === undefined) {
      isCovered = this.#covers(asText(resource));
      this.#covered.set(resource, isCovered);
    }
    return isCovered ? "none" : narrower(scope, this.#left);
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
    for (const { text, start, end } of this.#patterns) {
      if (this.#comparisons-- <= 0) {
        return false;
      }
      if (resource.startsWith(start) && resource.endsWith(end) && coversText(text, resource)) {
        return true;
      }
    }
    return false;
  }
}

/** A pattern with what stands before its first wildcard and after its last one: most comparisons end there. */
interface DeniedPattern {
  readonly text: string;
  readonly start: string;
  readonly end: string;
}

function deniedPattern(text: string): DeniedPattern {
  return { text, start: /^[^*?]*/.exec(text)![0], end: text.slice(lastWildcard(text) + 1) };
}

function lastWildcard(text: string): number {
  return Math.max(text.lastIndexOf("*"), text.lastIndexOf("?"));
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
