import type { PolicyKind } from "../../../policies/iam/kinds";

/** One policy document under the name that its answer goes by. */
export interface NamedDocument {
  readonly id: unknown;
  /** The document as an object or as JSON text; for a managed policy, its ARN. */
  readonly document: unknown;
  /** What it is attached to, where its surroundings say so. */
  readonly kind?: PolicyKind;
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list's objects; nothing where the value is not a list. */
export function objectsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
