import { readDocument, type PolicyDocument, type Statement } from "./document";
import { fullAccess, type FullAccess } from "./full-access";
import { invokeGrants, wider, type InvokeGrant, type InvokeScope } from "./invoke-scope";

/** What a document allows. */
export interface Verdict {
  readonly document: PolicyDocument;
  readonly fullAccess: readonly FullAccess[];
  readonly invokeGrants: readonly InvokeGrant[];
  readonly invokeScope: InvokeScope;
}

/** Judges a policy document: an object, or its JSON text. */
export function evaluate(input: unknown): Verdict {
  const document = readDocument(input);
  return { document, ...evaluateStatements(document.statements) };
}

/** Judges statements that apply together, such as those of all policies of one role. */
export function evaluateStatements(statements: readonly Statement[]): Omit<Verdict, "document"> {
  const grants = invokeGrants(statements);
  return {
    fullAccess: fullAccess(statements),
    invokeGrants: grants,
    invokeScope: grants.map((grant) => grant.scope).reduce<InvokeScope>(wider, "none"),
  };
}
