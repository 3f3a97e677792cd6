import { isObject } from "../../../infra/schema/explain";
import type { Holdings } from "../../../policies/holdings";
import type { Statement } from "../../../policies/iam/document";
import type { PolicyKind } from "../../../policies/iam/kinds";

/** Something to check, under the name that the answer gives it. */
export interface NamedDocument {
  readonly id: unknown;
  /** The document as an object or as JSON text; for a managed policy, its ARN. */
  readonly document?: unknown;
  /** Why it can't be checked; there is then no document. */
  readonly problem?: string;
  /** What it is attached to, where its surroundings say so. */
  readonly kind?: PolicyKind;
  /** What a permissions boundary keeps its holder from. */
  readonly denied?: readonly Statement[];
  /** All that a holder has, instead of a document. */
  readonly together?: Pick<Holdings, "documents" | "denied">;
  /** The documents that it consists of, where it is several. */
  readonly parts?: readonly NamedDocument[];
}

export type Fields = Readonly<Record<string, unknown>>;

/** An object's fields; none where the value is not an object. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : {};
}

/** A list's objects; nothing where the value is not a list. */
export function objectsIn(value: unknown): Fields[] {
  return Array.isArray(value) ? value.flat().filter(isObject) : [];
}
