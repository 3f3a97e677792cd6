import { readDocument, type Statement } from "../../policies/iam/document";
import { judge } from "../../policies/iam/judge";
import type { JudgedResource, JudgedStack } from "../../policies/resource";
import type { AccessChange } from "./access";
import { subjectsOf, type Subject } from "./subjects";

/** All that a role, user or group whose access grew can do now. */
export interface Reach {
  readonly title: string;
  readonly urn: string;
  /** What runs with it, such as `lambda function main`. */
  readonly usedBy: readonly string[];
  /** Who may become it, as its trust policy names them. */
  readonly assumedBy: readonly string[];
  readonly services: readonly ServiceReach[];
  /** Ways to become more than it was meant to be. */
  readonly escalations: readonly string[];
}

/** What one service does for a subject. */
export interface ServiceReach {
  readonly service: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly isConditional: boolean;
}

/** The reach of each subject that a change gives more, or may. */
export function reachOf(stack: JudgedStack, changes: readonly AccessChange[]): Reach[] {
  const subjects = subjectsOf(stack);
  return changes
    .filter(
      ({ kind, presence, relation }) =>
        kind === "identity" &&
        presence !== "removed" &&
        relation !== "equal" &&
        relation !== "narrower",
    )
    .flatMap(({ urn }) => {
      const subject = subjects.get(`identity ${urn}`);
      return subject === undefined || urn === undefined
        ? []
        : [describe(subject, urn, subjects, stack)];
    });
}

function describe(
  subject: Subject,
  urn: string,
  subjects: ReadonlyMap<string, Subject>,
  stack: JudgedStack,
): Reach {
  const statements = statementsOf(subject);
  const trust = subjects.get(`trust ${urn}`);
  return {
    title: subject.title,
    urn,
    usedBy: usersOf(urn, stack),
    assumedBy: [
      ...new Set(
        (trust === undefined ? [] : statementsOf(trust))
          .filter(({ effect }) => effect === "Allow")
          .flatMap(({ principals }) => principals?.of.map(({ value }) => value) ?? []),
      ),
    ],
    services: servicesOf(statements.filter(({ effect }) => effect === "Allow")),
    escalations: judge(statements, { kind: "identity" })
      .findings.filter(
        ({ rule }) => rule === "no-privilege-escalation" || rule === "pass-role-scope",
      )
      .map(({ message }) => message),
  };
}

function statementsOf({ documents }: Subject): Statement[] {
  return documents.flatMap((document) => readDocument(document).statements);
}

function servicesOf(allows: readonly Statement[]): ServiceReach[] {
  const found = new Map<string, { actions: Set<string>; resources: Set<string>; open: boolean }>();
  for (const { actions, resources, conditions } of allows) {
    for (const pattern of actions.patterns) {
      const service = actions.negated ? "everything but" : /^[^:]*/.exec(pattern)![0] || "*";
      const entry = found.get(service) ?? { actions: new Set(), resources: new Set(), open: false };
      entry.actions.add(actions.negated ? pattern : pattern.replace(/^[^:]*:/, ""));
      resources?.patterns.forEach((each) =>
        entry.resources.add(resources.negated ? `not ${each}` : each),
      );
      entry.open ||= conditions.length === 0;
      found.set(service, entry);
    }
  }
  return [...found].map(([service, { actions, resources, open }]) => ({
    service,
    actions: [...actions],
    resources: [...resources],
    isConditional: !open,
  }));
}

/** What runs with a role: what names it in a property, an instance profile standing for its role. */
function usersOf(urn: string, stack: JudgedStack): string[] {
  const users = stack.resources.filter((resource) =>
    Object.values(resource.propertyDependencies).some((on) => on.some((each) => each.urn === urn)),
  );
  return users
    .filter(({ type }) => !type.startsWith("aws:iam/") && type.startsWith("aws:"))
    .map(named)
    .concat(
      users
        .filter(({ type }) => type === "aws:iam/instanceProfile:InstanceProfile")
        .flatMap((profile) => usersOf(profile.urn, stack)),
    );
}

function named({ type, name }: JudgedResource): string {
  const [, module = "", kind = ""] = type.split(":");
  return `${module.split("/")[0]} ${kind} ${name}`;
}
