/** What a policy document is attached to, where its surroundings say so. */
export type AttachedTo =
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

/** One policy document under the name that its answer goes by. */
export interface NamedDocument {
  readonly id: unknown;
  /** The document as an object or as JSON text; for a managed policy, its ARN. */
  readonly document: unknown;
  readonly kind?: AttachedTo;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list's objects; nothing where the value is not a list. */
export function objectsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
