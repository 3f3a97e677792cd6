/**
 * The largest document that is judged. AWS stores up to 32,768 characters without blanks for a customer (a key policy, AWS KMS
 * developer guide), room for 712 of the shortest statements; of the policies that AWS itself manages the largest have 152,297
 * characters, 162 statements, 253 conditions and 577 wildcards.
 */
const LARGEST = { characters: 200_000, statements: 720, conditions: 1_000, wildcards: 2_000 };
type Measure = keyof typeof LARGEST;

/** Why a document is too large to be judged, as far as it has been measured; undefined where it is not. */
export function excessOf(size: Partial<Readonly<Record<Measure, number>>>): string | undefined {
  const measure = (Object.keys(size) as Measure[]).find((each) => size[each]! > LARGEST[each]);
  return measure === undefined
    ? undefined
    : `it has more than ${LARGEST[measure].toLocaleString("en")} ${measure}, which no policy of AWS has`;
}

/** The characters of a document, as a text or as a value, without blanks. */
export function charactersOf(document: unknown): number {
  if (typeof document === "string") {
    return document.replace(/\s+/g, "").length;
  }
  try {
    return JSON.stringify(document)?.length ?? 0;
  } catch {
    // It holds itself, or lists without end.
    return Infinity;
  }
}
