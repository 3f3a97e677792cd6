import {
  ATTACHING_TYPES,
  attachedPolicies,
  IDENTITY_TYPES,
  identityDocuments,
  RESOURCE_POLICY_TYPES,
  resourcePolicyDocuments,
  TRUST_TYPES,
  trustDocuments,
} from "../../policies/documents";
import { managedPolicyName, managedPolicyServices } from "../../policies/iam/managed-policies";
import { UNKNOWN } from "../../policies/iam/unknown";
import type { JudgedResource, JudgedStack } from "../../policies/resource";
import { refersTo } from "../../policies/rules/references";

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

const POLICY = "aws:iam/policy:Policy";
/** What holds permissions, and the properties by which policies name it. */
const HOLDERS: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "role",
  "aws:iam/user:User": "user",
  "aws:iam/group:Group": "group",
  "aws-native:iam:Role": "role",
  "aws-native:iam:User": "user",
  "aws-native:iam:Group": "group",
};
const NAMING_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  role: ["role", "roles", "roleName"],
  user: ["user", "users", "userName"],
  group: ["group", "groups", "groupName"],
};

/** Every subject of a stack, by what identifies it on both sides of a change. */
export function subjectsOf(stack: JudgedStack): ReadonlyMap<string, Subject> {
  const subjects = new Map<string, Subject>();
  const policies = [...new Set(stack.ofType(...IDENTITY_TYPES, ...ATTACHING_TYPES))].filter(
    ({ type }) => !(type in HOLDERS) && type !== POLICY,
  );
  const claimed = new Set<JudgedResource>();
  for (const holder of stack.ofType(...Object.keys(HOLDERS))) {
    const kind = HOLDERS[holder.type]!;
    const own = policies.filter((policy) =>
      NAMING_PROPERTIES[kind]!.some((key) => refersTo(policy, key, holder)),
    );
    own.forEach((each) => claimed.add(each));
    const urn = holder.urn;
    subjects.set(`identity ${urn}`, {
      ...{ title: `${kind} ${holder.name}`, kind: "identity", urn },
      ...{ ...held([holder, ...own], stack), sources: [holder, ...own].map((each) => each.urn) },
      boundary: boundaryOf(holder, stack),
    });
  }
  for (const policy of policies.filter((each) => !claimed.has(each))) {
    const title = `${targetOf(policy)}, outside of the stack`;
    const key = `identity ${title}`;
    const { documents, unread } = held([policy], stack);
    const known = subjects.get(key);
    subjects.set(key, {
      ...{ title, kind: "identity", urn: undefined, boundary: undefined },
      sources: [...(known?.sources ?? []), policy.urn],
      documents: [...(known?.documents ?? []), ...documents],
      unread: [...(known?.unread ?? []), ...unread],
    });
  }
  for (const role of stack.ofType(...TRUST_TYPES)) {
    const documents = trustDocuments(role).map(({ written }) => written);
    subjects.set(`trust ${role.urn}`, {
      ...{ title: `trust of role ${role.name}`, kind: "trust", urn: role.urn, sources: [role.urn] },
      ...{ documents, boundary: undefined, unread: [] },
    });
  }
  for (const resource of stack.ofType(...RESOURCE_POLICY_TYPES)) {
    const documents = resourcePolicyDocuments(resource).map(({ written }) => written);
    if (documents.length > 0) {
      subjects.set(`resource ${resource.urn}`, {
        ...{ title: `policy of ${shortName(resource)}`, kind: "resource", urn: resource.urn },
        ...{ sources: [resource.urn], documents, boundary: undefined, unread: [] },
      });
    }
  }
  return subjects;
}

function shortName({ type, name }: JudgedResource): string {
  return `${type.split(":").at(-1)!} ${name}`;
}

/** What resources say their holder may do, the customer and AWS managed policies that they attach included. */
function held(
  resources: readonly JudgedResource[],
  stack: JudgedStack,
): Pick<Subject, "documents" | "unread"> {
  const documents: unknown[] = [];
  const unread: string[] = [];
  for (const resource of resources) {
    documents.push(...identityDocuments(resource).map(({ written }) => written));
    const attached = attachedPolicies(resource);
    const customer = stack
      .ofType(POLICY)
      .filter((policy) =>
        ["managedPolicyArns", "policyArn", "policyArns"].some((key) =>
          refersTo(resource, key, policy),
        ),
      );
    documents.push(
      ...customer.flatMap((policy) => identityDocuments(policy).map(({ written }) => written)),
    );
    const arns = new Set(customer.map(({ known }) => known["arn"]));
    for (const { arn, path } of attached.filter((each) => !arns.has(each.arn))) {
      const services = managedPolicyServices(arn ?? "");
      if (services.length > 0) {
        documents.push(fullAccessTo(services));
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

function fullAccessTo(services: readonly string[]): unknown {
  const Action = services.map((service) => (service === "*" ? "*" : `${service}:*`));
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] };
}

function readable(arn: string): string {
  const name = managedPolicyName(arn);
  return name === undefined ? arn : `AWS managed policy ${name}`;
}

function boundaryOf(holder: JudgedResource, stack: JudgedStack): unknown {
  const arn = holder.known["permissionsBoundary"];
  if (arn === undefined || arn === null || arn === "") {
    return undefined;
  }
  const policy = stack.ofType(POLICY).find((each) => refersTo(holder, "permissionsBoundary", each));
  return policy === undefined ? arn : identityDocuments(policy)[0]?.written;
}

function targetOf(policy: JudgedResource): string {
  for (const [kind, keys] of Object.entries(NAMING_PROPERTIES)) {
    const key = keys.find((each) => policy.known[each] !== undefined);
    const value = key === undefined ? undefined : policy.known[key];
    if (value !== undefined) {
      return `${kind} ${value === UNKNOWN ? `of ${policy.name}` : [value].flat().join(", ")}`;
    }
  }
  return shortName(policy);
}
