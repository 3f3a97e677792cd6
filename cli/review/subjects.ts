import {
  ATTACHING_TYPES,
  attachedOfStack,
  attachedPolicies,
  boundariesOf,
  documentsOf,
  type DocumentScope,
  documentTypes,
  HOLDERS,
  namingProperties,
} from "../../policies/documents";
import { sourcesOf } from "../../policies/holdings";
import {
  managedPolicyDocument,
  managedPolicyName,
  managedPolicyServices,
} from "../../policies/iam/managed-policies";
import { UNKNOWN } from "../../policies/iam/unknown";
import type { JudgedResource, JudgedStack } from "../../policies/resource";

/** Something of which policies say what it may do, who may become it, or who may use it. */
export interface Subject {
  /** Such as `role main`, `trust of role main` or `policy of bucketPolicy data`. */
  readonly title: string;
  readonly kind: "identity" | "trust" | "resource";
  /** The resource's URN; undefined where policies are attached to something outside of the stack. */
  readonly urn: string | undefined;
  /** The resources that its policies stand in. */
  readonly sources: readonly string[];
  /** The policies that apply together, as they are written. */
  readonly documents: readonly unknown[];
  /** The boundary within which all of it lies: a document, or the ARN of one that is not in the stack. */
  readonly boundary: unknown;
  /** What is attached and can't be read here, such as `what arn:aws:iam::…`. */
  readonly unread: readonly string[];
}

/** Every subject of a stack, by what identifies it on both sides of a change. */
export function subjectsOf(stack: JudgedStack): ReadonlyMap<string, Subject> {
  const subjects = new Map<string, Subject>();
  const claimed = new Set<JudgedResource>();
  for (const holder of stack.ofType(...Object.keys(HOLDERS))) {
    const kind = HOLDERS[holder.type]!;
    const sources = sourcesOf(holder, stack);
    sources.forEach((each) => claimed.add(each));
    const [boundary] = boundariesOf(holder, stack);
    if (boundary !== undefined) {
      claimed.add(boundary);
    }
    const urn = holder.urn;
    subjects.set(`identity ${urn}`, {
      ...{ title: `${kind} ${holder.name}`, kind: "identity", urn },
      ...{ ...held(sources, stack), sources: sources.map((each) => each.urn) },
      boundary: boundary === undefined ? boundaryArn(holder) : written(boundary, "identity")[0],
    });
  }
  const unclaimed = stack
    .ofType(...ATTACHING_TYPES, ...documentTypes("identity"))
    .filter((each) => !claimed.has(each));
  for (const policy of unclaimed) {
    const target = targetOf(policy);
    if (target === undefined && claimed.has(policy)) {
      continue;
    }
    const sources = [policy, ...attachedOfStack(policy, stack)];
    sources.forEach((each) => claimed.add(each));
    const title = target === undefined ? shortName(policy) : `${target}, outside of the stack`;
    const key = `identity ${title}`;
    const { documents, unread } = held(sources, stack);
    const known = subjects.get(key);
    subjects.set(key, {
      ...{ title, kind: "identity", urn: undefined, boundary: undefined },
      sources: [...(known?.sources ?? []), policy.urn],
      documents: [...(known?.documents ?? []), ...documents],
      unread: [...(known?.unread ?? []), ...unread],
    });
  }
  for (const kind of ["trust", "resource"] as const) {
    for (const resource of stack.ofType(...documentTypes(kind))) {
      const { urn, name } = resource;
      const title = kind === "trust" ? `trust of role ${name}` : `policy of ${shortName(resource)}`;
      const documents = written(resource, kind);
      const unread = unresolved(resource, kind);
      if (documents.length > 0) {
        subjects.set(`${kind} ${urn}`, {
          ...{ title, kind, urn, sources: [urn], documents, boundary: undefined, unread },
        });
      }
    }
  }
  return subjects;
}

function shortName({ type, name }: JudgedResource): string {
  return `${type.split(":").at(-1)!} ${name}`;
}

/** What resources say their holder may do, and the AWS managed policies that they attach. */
function held(
  resources: readonly JudgedResource[],
  stack: JudgedStack,
): Pick<Subject, "documents" | "unread"> {
  const documents = resources.flatMap((each) => written(each, "identity"));
  const unread = resources.flatMap((each) => unresolved(each, "identity"));
  for (const resource of resources) {
    const attached = attachedPolicies(resource);
    const customer = attachedOfStack(resource, stack);
    const arns = new Set(customer.map(({ known }) => known["arn"]));
    for (const { arn, path } of attached.filter((each) => !arns.has(each.arn))) {
      const services = managedPolicyServices(arn ?? "");
      const known = managedPolicyDocument(arn ?? "");
      if (known !== undefined) {
        documents.push(known);
      }
      if (services.length === 0 || !services.includes("*")) {
        // What else it allows is not in the table.
        const more = services.length > 0 ? "what else " : "what ";
        unread.push(more + (arn === undefined ? `${path} of ${resource.name}` : readable(arn)));
      }
    }
  }
  return { documents, unread };
}

/** The properties that say what a holder may do, who may become it, or who may use a resource. */
const PROPERTIES: Readonly<Record<DocumentScope, RegExp>> = {
  identity: /^(?!assume).*(polic|boundary)/i,
  trust: /^assume/,
  resource: /polic|statement|principal|source|^action/i,
};

/** What expressions of a template stand for is not known; another expression may stand for something else. */
function unresolved(
  { name, unresolved: known = {} }: JudgedResource,
  scope: DocumentScope,
): string[] {
  return Object.entries(known)
    .filter(([property]) => PROPERTIES[scope].test(property))
    .flatMap(([property, each]) => each.map((one) => `what ${property} of ${name} with ${one}`));
}

function written(resource: JudgedResource, scope: DocumentScope): unknown[] {
  return documentsOf(resource, scope).map((held) => held.written);
}

function readable(arn: string): string {
  const name = managedPolicyName(arn);
  return name === undefined ? arn : `AWS managed policy ${name}`;
}

/** The ARN of a boundary that is not in the stack. */
function boundaryArn({ known }: JudgedResource): unknown {
  const arn = known["permissionsBoundary"];
  return arn === null || arn === "" ? undefined : arn;
}

/** Whom a policy or attachment is for; undefined where it does not say. */
function targetOf(policy: JudgedResource): string | undefined {
  for (const kind of ["role", "user", "group"] as const) {
    const key = namingProperties(kind).find((each) => policy.known[each] !== undefined);
    const value = key === undefined ? undefined : policy.known[key];
    if (value !== undefined) {
      return `${kind} ${value === UNKNOWN ? `of ${policy.name}` : [value].flat().join(", ")}`;
    }
  }
  return undefined;
}
