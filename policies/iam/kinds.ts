import type { Statement } from "./document";

/** What a document is attached to. */
export type PolicyKind =
  | "identity"
  | "trust"
  | "bucket"
  | "repository"
  | "queue"
  | "topic"
  | "key"
  | "secret"
  | "function"
  | "resource";

/** What the policies of a service's resources are attached to. */
export const KINDS_BY_SERVICE: ReadonlyMap<string, PolicyKind> = new Map([
  ["s3", "bucket"],
  ["ecr", "repository"],
  ["sqs", "queue"],
  ["sns", "topic"],
  ["kms", "key"],
  ["secretsmanager", "secret"],
  ["lambda", "function"],
]);

/** What a document that stands alone is for, by what it says: who may do what on which resource. */
export function inferKind(statements: readonly Statement[]): PolicyKind {
  if (!statements.some(({ principals }) => principals !== undefined)) {
    return "identity";
  }
  const services = new Set(
    statements.flatMap(({ actions }) =>
      actions.patterns.map((each) => each.toLowerCase().split(":")[0]!),
    ),
  );
  const [service] = services;
  const isWithoutResource = statements.every(({ resources }) => resources === undefined);
  if (isWithoutResource && [...services].every((each) => each === "sts" || each === "*")) {
    return "trust";
  }
  return (services.size === 1 && KINDS_BY_SERVICE.get(service!)) || "resource";
}
