import {
  attachedPolicies,
  boundariesOf,
  CUSTOMER_POLICIES,
  documentsOf,
  givenTo,
  HOLDERS,
  membershipsOf,
} from "../../../policies/documents";
import { deniedTo, holdingsOf, sourcesOf, type NameOf } from "../../../policies/holdings";
import type { Statement } from "../../../policies/iam/document";
import { managedPolicyName } from "../../../policies/iam/managed-policies";
import type { JudgedResource, JudgedStack } from "../../../policies/resource";
import { canonical } from "../../review/values";
import type { Met } from "./intrinsics";
import { fieldsOf, type NamedDocument } from "./named-document";

/** Resources with policies, as a template, a plan or the details of an account declare them. */
export interface PolicyStack {
  /** The file. */
  readonly id: string;
  /** The conditions of a template that resources of these names depend on. */
  conditionsOf(names?: ReadonlySet<string>): readonly string[];
  /** The resources, or those of these names, in the types of Pulumi's providers. */
  at(met: Met, names?: ReadonlySet<string>): JudgedStack;
  /** What its format calls a document. */
  readonly nameOf: NameOf;
}

/** More conditions have more variants than anybody reads. */
const MOST_CONDITIONS = 6;

/** A way in which conditions may turn out. */
interface Variant {
  readonly met: ReadonlySet<string>;
  /** Such as `IsProd, not HasKey`; empty where there are no conditions. */
  readonly how: string;
}

/** Every way in which conditions may turn out; undefined where that is too many. */
export function variantsOf(conditions: readonly string[]): Variant[] | undefined {
  return conditions.length > MOST_CONDITIONS
    ? undefined
    : Array.from({ length: 2 ** conditions.length }, (_, bits) => {
        const met = new Set(conditions.filter((_each, index) => (bits >> index) & 1));
        const how = conditions.map((name) => (met.has(name) ? name : `not ${name}`)).join(", ");
        return { met, how };
      });
}

/** Why so many conditions are not tried. */
export function tooManyConditions(conditions: readonly string[]): string {
  return `it depends on ${conditions.length} conditions, and at most ${MOST_CONDITIONS} are tried`;
}

/**
 * Each document of a stack, each AWS managed policy that it attaches, and all that each role, user or group has. What depends on
 * conditions is given once for each way in which they may turn out, as far as that makes a difference.
 */
export function documentsOfStack(stack: PolicyStack): NamedDocument[] {
  const whole = stack.at(undefined);
  const denied = deniedByBoundaries(whole);
  const single = whole.resources.flatMap((resource) =>
    inVariants(stack, [resource], (part) =>
      part.resources.flatMap((each) => documentsIn(stack, each, denied.get(each.urn))),
    ),
  );
  const together = whole.ofType(...Object.keys(HOLDERS)).flatMap((holder) => {
    const involved = [sourcesOf, membershipsOf, boundariesOf].flatMap((of) => of(holder, whole));
    return inVariants(stack, involved, (part) =>
      holdingsOf(part, stack.nameOf)
        .filter((each) => each.holder.urn === holder.urn && each.documents.length > 1)
        .map((each) => ({
          id: `${stack.id}: ${stack.nameOf(holder, "")}, together`,
          together: each,
        })),
    );
  });
  return [...single, ...together];
}

/** By the URNs of resources whose documents one holder alone has: what its boundary keeps it from. */
function deniedByBoundaries(stack: JudgedStack): ReadonlyMap<string, readonly Statement[]> {
  const denied = new Map<string, readonly Statement[]>();
  for (const holder of stack.ofType(...Object.keys(HOLDERS))) {
    const own = [holder, ...givenTo(holder, stack)].filter(
      ({ type }) => !CUSTOMER_POLICIES.includes(type),
    );
    const statements = deniedTo(holder, stack);
    own.forEach(({ urn }) => denied.set(urn, denied.has(urn) ? [] : statements));
  }
  return denied;
}

function documentsIn(
  { id, nameOf }: PolicyStack,
  resource: JudgedResource,
  denied: readonly Statement[] = [],
): NamedDocument[] {
  return [
    ...documentsOf(resource).map(({ path, written, document, kind }) => ({
      id: `${id}: ${nameOf(resource, path)}`,
      document: typeof written === "string" ? written : document.written,
      kind,
      ...(kind === "identity" && { denied }),
    })),
    ...attachedPolicies(resource)
      .filter(({ arn = "" }) => managedPolicyName(arn) !== undefined)
      .map(({ path, arn }) => ({ id: `${id}: ${nameOf(resource, path)}: ${arn}`, document: arn })),
  ];
}

function inVariants(
  stack: PolicyStack,
  resources: readonly JudgedResource[],
  found: (part: JudgedStack) => readonly NamedDocument[],
): NamedDocument[] {
  const names = new Set(resources.map(({ name }) => name));
  const conditions = stack.conditionsOf(names);
  const ways = variantsOf(conditions);
  if (ways === undefined) {
    const problem = tooManyConditions(conditions);
    return found(stack.at(undefined, names)).map(({ id }) => ({ id, problem }));
  }
  const variants = ways.flatMap(({ met, how }) =>
    found(stack.at(met, names))
      .filter(({ document }) => conditions.length === 0 || !isEmptied(document))
      .map((each) => ({ how, each, key: keyOf(each) })),
  );
  const distinct = [...new Map(variants.map((variant) => [variant.key, variant])).values()];
  return distinct.map(({ how, each }) =>
    distinct.filter((other) => other.each.id === each.id).length > 1
      ? { ...each, id: `${String(each.id)}, where ${how}` }
      : each,
  );
}

function keyOf({ id, document, together }: NamedDocument): string {
  const statements =
    together === undefined ? [] : [...together.documents.flat(), ...together.denied];
  return canonical([id, document, statements.map(({ written, source }) => [source, written])]);
}

/** Whether conditions leave a policy no statement: AWS takes no such policy, so that nobody deploys it. */
function isEmptied(document: unknown): boolean {
  const { Statement: statement } = fieldsOf(document);
  return Array.isArray(statement) && statement.length === 0;
}
