import type { Statement } from "./document";

/**
 * Whether a statement says what the document's holder may do: it names no principal, as in an identity policy, or it names
 * everybody.
 */
export function isHeld({ principals }: Statement): boolean {
  return (
    principals === undefined ||
    (!principals.negated &&
      principals.of.some(({ kind, value }) => value === "*" && (kind === "*" || kind === "AWS")))
  );
}
