import { anything } from "./audience";
import { readDocument, type PolicyDocument, type Statement } from "./document";
import { isObject, quote } from "./element-reader";
import { MOST_STEPS_OF_COMPARISON, TooComplex, withEffort } from "./effort";
import { isAllowed, type Request } from "./evaluate";
import { candidatesFor } from "./principals";
import { boxOf, escape, Region, testsOf, type Scope, type Test } from "./requests";
import { overlappingVariables } from "./variables";
import { requestAt } from "./witness";

/** How two policies compare, as sets of the requests that they allow. */
export type Relation = "equal" | "narrower" | "wider" | "incomparable" | "unknown";

/** What changes from one policy to another. */
export interface Difference {
  /** What the new policy is, beside the old one; `unknown` where it can't be decided: it may allow more. */
  readonly relation: Relation;
  /** Requests that the new policy allows and the old one does not; at least one for each statement that allows more. */
  readonly newlyAllowed: readonly Request[];
  /** Requests that the old policy allows and the new one does not. */
  readonly noLongerAllowed: readonly Request[];
  /** Why the relation is unknown. */
  readonly reasons: readonly string[];
}

/** What a statement asks of a request. */
type Tests = readonly Test[];

/** What a role holds: the documents that apply together, and the boundary that all of it must lie within. */
interface Holdings {
  readonly problems: readonly string[];
  readonly written: readonly (readonly unknown[])[];
  readonly documents: readonly PolicyDocument[];
  /** What must each allow a request: the documents together, and the boundary. */
  readonly layers: readonly (readonly Tests[])[];
  readonly denials: readonly Tests[];
}

/**
 * Compares two policies.
 *
 * @param older a document (an object or its JSON text), a list of documents that apply together, or
 *   `{ documents: […], boundary: … }`
 * @param newer the same
 */
export function comparePolicies(older: unknown, newer: unknown): Difference {
  const [before, after] = [holdingsOf(older), holdingsOf(newer)];
  const reasons = [
    ...before.problems.map((each) => `old: ${each}`),
    ...after.problems.map((each) => `new: ${each}`),
  ];
  if (reasons.length > 0) {
    return undecidedDifference(...reasons);
  }
  const newly = beyond(after, before);
  const lost = beyond(before, after);
  const undecided = [...new Set([...newly.undecided, ...lost.undecided])];
  return {
    relation: undecided.length > 0 ? "unknown" : relationOf(newly.requests, lost.requests),
    newlyAllowed: newly.requests,
    noLongerAllowed: lost.requests,
    reasons: undecided,
  };
}

/** A comparison that can't be decided: the new policy may allow more. */
export function undecidedDifference(...reasons: readonly string[]): Difference {
  return { relation: "unknown", newlyAllowed: [], noLongerAllowed: [], reasons };
}

/** The relation that follows from what is allowed on one side only. */
export function relationOf(newly: readonly Request[], lost: readonly Request[]): Relation {
  if (newly.length > 0) {
    return lost.length > 0 ? "incomparable" : "wider";
  }
  return lost.length > 0 ? "narrower" : "equal";
}

/** What a role holds, as it is written. */
interface Written {
  readonly documents: unknown;
  readonly boundary?: unknown;
}

function isWritten(value: unknown): value is Written {
  return isObject(value) && "documents" in value;
}

function holdingsOf(input: unknown): Holdings {
  const parsed = typeof input === "string" ? parsedHoldings(input) : input;
  const given: Written = isWritten(parsed)
    ? parsed
    : { documents: Array.isArray(parsed) ? parsed : [parsed] };
  const { documents, boundary } = given;
  const held: unknown[] = Array.isArray(documents) ? documents : [documents];
  const layers = boundary === undefined ? [held] : [held, [boundary]];
  const read = layers.map((each) => each.map((document) => readDocument(document)));
  const statements = read.map((each) => each.flatMap((document) => document.statements));
  const having = (effect: string, of: readonly Statement[]): Tests[] =>
    of.filter((each) => each.effect === effect).map((each) => testsOf(boxOf(each)));
  const problems = [
    ...[unknownHoldingsKey(given) ?? []].flat(),
    ...read.flat().flatMap((each) => each.problems),
    ...(areMixed(read[0]!) ? [MIXED] : []),
  ];
  return {
    problems,
    written: read.map((each) => each.map(({ written }) => written)),
    documents: read.flat(),
    layers: statements.map((each) => having("Allow", each)),
    denials: having("Deny", statements.flat()),
  };
}

/** What a holder may do, and who may use something, are two questions. */
const MIXED = "documents with principals and documents without do not apply together";

function areMixed(documents: readonly PolicyDocument[]): boolean {
  const kinds = documents.flatMap(({ statements }) =>
    statements.length === 0 ? [] : statements.some(({ principals }) => principals !== undefined),
  );
  return new Set(kinds).size > 1;
}

const HOLDINGS_KEYS = ["documents", "boundary"];

/** What is wrong with `{ documents: […], boundary: … }`: a key that would be passed over, such as a misspelt boundary. */
export function unknownHoldingsKey(value: object): string | undefined {
  const unknown = Object.keys(value).find((key) => !HOLDINGS_KEYS.includes(key));
  return unknown === undefined
    ? undefined
    : `it has the unknown key ${quote(unknown)}; allowed are ${HOLDINGS_KEYS.join(" and ")}`;
}

/** A text is one document, unless it holds several. */
function parsedHoldings(text: string): unknown {
  try {
    const value = JSON.parse(text) as unknown;
    return Array.isArray(value) || isWritten(value) ? value : text;
  } catch {
    return text;
  }
}

/** Requests that `one` allows and `other` does not. */
function beyond(
  one: Holdings,
  other: Holdings,
): { readonly requests: Request[]; readonly undecided: string[] } {
  const statements = [...one.documents, ...other.documents].flatMap((each) => each.statements);
  const scope: Scope = {
    principals: candidatesFor(statements.flatMap(({ principals }) => principals ?? [])),
    domainOf: anything,
  };
  const requests = new Map<string, Request>();
  const undecided: string[] = [];
  const decide = (ask: () => void): void => {
    try {
      withEffort(ask, MOST_STEPS_OF_COMPARISON);
    } catch (error) {
      if (!(error instanceof TooComplex)) {
        throw error;
      }
      undecided.push(error.message);
    }
  };
  decide(() => {
    for (const allows of combinations(one.layers)) {
      for (const region of differences(Region.all(scope).within(allows.flat()), one, other)) {
        const request = requestAt(region.point, statements);
        if (isConfirmed(request, one, other)) {
          requests.set(JSON.stringify(request), request);
          break;
        }
        undecided.push("a policy variable may stand for a text that another pattern spells out");
      }
    }
  });
  if (requests.size === 0) {
    decide(() => undecided.push(...overlappingVariables(statements)));
  }
  return { requests: [...requests.values()], undecided: requests.size > 0 ? [] : undecided };
}

/** One Allow of each layer: what they take in together is allowed, as far as nothing denies it. */
function combinations(layers: readonly (readonly Tests[])[]): readonly (readonly Tests[])[] {
  return layers.reduce<readonly (readonly Tests[])[]>(
    (found, layer) => found.flatMap((allows) => layer.map((allow) => [...allows, allow])),
    [[]],
  );
}

/** The parts of a region that `one` allows and `other` does not: what no Allow takes in, and what a Deny takes away. */
function* differences(
  region: Region | undefined,
  one: Holdings,
  other: Holdings,
): Generator<Region> {
  if (region === undefined) {
    return;
  }
  for (const layer of other.layers) {
    const part = escape(region, [...one.denials, ...layer]);
    if (part !== undefined) {
      yield part;
    }
  }
  for (const denial of other.denials) {
    const denied = region.within(denial);
    const part = denied === undefined ? undefined : escape(denied, one.denials);
    if (part !== undefined) {
      yield part;
    }
  }
}

function isConfirmed(request: Request, one: Holdings, other: Holdings): boolean {
  const isAllowedBy = ({ written }: Holdings): boolean =>
    written.every((documents) => isAllowed(documents, request));
  return isAllowedBy(one) && !isAllowedBy(other);
}
