import {
  attachedOfStack,
  attachedPolicies,
  boundariesOf,
  documentsOf,
  givenTo,
  groupsOf,
  HOLDERS,
} from "./documents";
import { beyondBoundary } from "./iam/boundary";
import { readDocument, type PolicyDocument, type Statement } from "./iam/document";
import { judge, type JudgeOptions, type Verdict } from "./iam/judge";
import { managedPolicyDocument, managedPolicyName } from "./iam/managed-policies";
import type { JudgedResource, JudgedStack } from "./resource";

/** Everything that a stack lets one role, user or group do. */
export interface Holdings {
  readonly holder: JudgedResource;
  /** The statements of each document that it has, and of what is known of the AWS managed policies attached to it. */
  readonly documents: readonly (readonly Statement[])[];
  /** What its permissions boundary keeps it from, where the stack declares the boundary. */
  readonly denied: readonly Statement[];
}

/** What a message calls a resource's document: by the resource, and where in it the document stands. */
export type NameOf = (resource: JudgedResource, path: string) => string;

const nameOfPlace: NameOf = ({ name }, path) =>
  /^policy(Document)?$/.test(path) ? name : `${name}.${path}`;

/** What each role, user and group of a stack has. */
export function holdingsOf(stack: JudgedStack, nameOf: NameOf = nameOfPlace): Holdings[] {
  return stack.ofType(...Object.keys(HOLDERS)).map((holder) => {
    const sources = sourcesOf(holder, stack);
    const named = ({ statements }: PolicyDocument, source: string): Statement[] =>
      statements.map((each) => ({ ...each, source }));
    return {
      holder,
      documents: sources
        .flatMap((resource) => [
          ...documentsOf(resource, "identity").map(({ document, path }) =>
            named(document, nameOf(resource, path)),
          ),
          ...attachedPolicies(resource).map(({ arn = "" }) =>
            named(readDocument(managedPolicyDocument(arn) ?? {}), managedPolicyName(arn) ?? arn),
          ),
        ])
        .filter(({ length }) => length > 0),
      denied: deniedTo(holder, stack),
    };
  });
}

/** The resources that say what a holder may do: itself, what is written for it, its groups, and the customer policies attached to these. */
export function sourcesOf(holder: JudgedResource, stack: JudgedStack): JudgedResource[] {
  const given = [holder, ...groupsOf(holder, stack)].flatMap((each) => [
    each,
    ...givenTo(each, stack),
  ]);
  return [...new Set([...given, ...given.flatMap((each) => attachedOfStack(each, stack))])];
}

/** What a holder's permissions boundary keeps it from, where the stack declares the boundary. */
export function deniedTo(holder: JudgedResource, stack: JudgedStack): Statement[] {
  return boundariesOf(holder, stack)
    .flatMap((policy) => documentsOf(policy))
    .flatMap(({ document }) => beyondBoundary(document.statements));
}

/** Judges all that a holder has; the findings are those that none of its documents has alone. */
export function judgeTogether(
  { documents, denied }: Pick<Holdings, "documents" | "denied">,
  options: JudgeOptions,
): Verdict {
  const verdict = judge([...documents.flat(), ...denied], options);
  if (verdict.findings.length === 0) {
    return verdict;
  }
  const alone = new Set(
    documents.flatMap((each) => judge(each, options).findings.map(({ message }) => message)),
  );
  return { ...verdict, findings: verdict.findings.filter(({ message }) => !alone.has(message)) };
}
