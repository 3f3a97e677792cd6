import {
  attachedOfStack,
  CUSTOMER_POLICY,
  documentsOf,
  givenTo,
  ROLE,
  type HeldDocument,
} from "./documents";
import { beyondBoundary } from "./iam/boundary";
import type { Statement } from "./iam/document";
import type { JudgedResource, JudgedStack } from "./resource";
import { refersTo } from "./rules/references";

/** Everything that a stack lets one role do. */
export interface RoleHoldings {
  readonly role: JudgedResource;
  /** The statements of each document that it holds: its own, those written for it, and those of the customer policies attached to it. */
  readonly documents: readonly (readonly Statement[])[];
  /** What its permissions boundary keeps it from, where the stack declares the boundary. */
  readonly denied: readonly Statement[];
}

/** What each role of a stack holds. */
export function roleHoldings(stack: JudgedStack): RoleHoldings[] {
  return stack.ofType(ROLE).map((role) => {
    const given = givenTo(role, "role", stack);
    const attached = [...given, role].flatMap((each) => attachedOfStack(each, stack));
    return {
      role,
      documents: [...new Set([role, ...given, ...attached])].flatMap((holder) =>
        documentsOf(holder, "identity").map((held) => withSource(holder, held)),
      ),
      denied: stack
        .ofType(CUSTOMER_POLICY)
        .filter((policy) => refersTo(role, "permissionsBoundary", policy))
        .flatMap((policy) => documentsOf(policy))
        .flatMap(({ document }) => beyondBoundary(document.statements)),
    };
  });
}

/** The statements of a document, which say where they stand. */
function withSource(holder: JudgedResource, { path, document }: HeldDocument): Statement[] {
  const source = path === "policy" ? holder.name : `${holder.name}.${path}`;
  return document.statements.map((each) => ({ ...each, source }));
}
