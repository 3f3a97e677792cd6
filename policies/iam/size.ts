import { isObject } from "./element-reader";

/** What a document is measured by. */
type Measure = "characters" | "statements" | "conditions" | "wildcards";

/**
 * The largest document that is read. AWS stores up to 32,768 characters without blanks for a customer (a key policy, AWS KMS
 * developer guide), room for 712 of the shortest statements; of the policies that AWS itself manages the largest have 152,297
 * characters, 162 statements, 253 conditions and 577 wildcards.
 */
const LARGEST: Readonly<Record<Measure, number>> = {
  characters: 200_000,
  statements: 720,
  conditions: 1_000,
  wildcards: 2_000,
};

/** Why a document, as a text or as a value, is too large to be read; undefined where it is not. */
export function excessOf(document: unknown): string | undefined {
  const size = sizeOf(document);
  const measure = (Object.keys(LARGEST) as Measure[]).find((each) => size[each] > LARGEST[each]);
  return measure === undefined
    ? undefined
    : `it has more than ${LARGEST[measure].toLocaleString("en")} ${measure}, which no policy of AWS has`;
}

function sizeOf(document: unknown): Record<Measure, number> {
  const size = { characters: 0, statements: 0, conditions: 0, wildcards: 0 };
  if (typeof document === "string") {
    const isShort = document.length <= LARGEST.characters;
    size.characters = isShort ? document.length : document.replace(/\s+/g, "").length;
    return size;
  }
  const open: unknown[] = [document];
  // A value that holds itself ends here as well.
  while (open.length > 0 && size.characters <= LARGEST.characters) {
    const value = open.pop();
    size.characters += typeof value === "string" ? value.length : 1;
    if (typeof value === "string") {
      size.wildcards += value.length - value.replace(/[*?]/g, "").length;
    } else if (isObject(value) || Array.isArray(value)) {
      for (const [key, each] of Object.entries(value)) {
        const name = key.toLowerCase();
        size.characters += key.length;
        size.statements += name === "statement" && Array.isArray(each) ? each.length : 0;
        size.conditions += name === "condition" && isObject(each) ? keysOf(each) : 0;
        open.push(each);
      }
    }
  }
  return size;
}

function keysOf(operators: object): number {
  return Object.values(operators).reduce<number>(
    (sum, keys) => sum + (isObject(keys) ? Object.keys(keys).length : 1),
    0,
  );
}
