import { isObject } from "../../../infra/schema/explain";
import { beyondBoundary } from "../../../policies/iam/boundary";
import { unknownHoldingsKey } from "../../../policies/iam/diff";
import { readDocument } from "../../../policies/iam/document";
import type { Fields, NamedDocument } from "./named-document";

/**
 * The documents of a list, of `{"documents": […], "boundary": …}` or of an object with a document under each name; undefined
 * where a value is none of these.
 */
export function partsOf(value: unknown, id: string): NamedDocument[] | undefined {
  if (Array.isArray(value)) {
    return areDocuments(value)
      ? value.map((each, index) =>
          "document" in each
            ? { id: each["id"] ?? `${id}[${index}]`, document: each["document"] }
            : { id: `${id}[${index}]`, document: each },
        )
      : undefined;
  }
  if (!isObject(value)) {
    return undefined;
  }
  if ("documents" in value) {
    return heldParts(value, id);
  }
  return areDocuments(Object.values(value))
    ? Object.entries(value).map(([name, document]) => ({ id: `${id}: ${name}`, document }))
    : undefined;
}

function areDocuments(values: readonly unknown[]): values is readonly Fields[] {
  return (
    values.length > 0 &&
    values.every((each) => isObject(each) && ("Statement" in each || "document" in each))
  );
}

/** What a role has within its boundary: each document, and all of them together. */
function heldParts(value: Fields, id: string): NamedDocument[] {
  const problem = unknownHoldingsKey(value);
  if (problem !== undefined) {
    return [{ id, problem }];
  }
  const { documents, boundary } = value;
  const held: unknown[] = [documents].flat();
  const denied = boundary === undefined ? [] : beyondBoundary(readDocument(boundary).statements);
  const parts = held.map((document, index) => ({
    ...{ id: `${id}: documents[${index}]`, document, denied },
  }));
  const read = held.map((each, index) =>
    readDocument(each).statements.map((one) => ({ ...one, source: `documents[${index}]` })),
  );
  return parts.length === 1
    ? parts
    : [...parts, { id: `${id}: together`, together: { documents: read, denied } }];
}
