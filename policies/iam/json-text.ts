import type { ElementReader } from "./element-reader";

const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Parses a policy document's text as strictly as IAM does: names a byte order mark and duplicate keys, which JSON.parse rejects or
 * passes over.
 *
 * @returns undefined where it is not JSON
 */
export function parseJsonText(text: string, reader: ElementReader): unknown {
  let json = text;
  if (json.startsWith(BYTE_ORDER_MARK)) {
    reader.problem(
      "it starts with a byte order mark, which AWS rejects: save it as UTF-8 without BOM",
    );
    json = json.slice(1);
  }
  if (/^\s*%7B/i.test(json)) {
    json = decodePercent(json);
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    reader.problem(
      /^\s*arn:/i.test(json)
        ? "it is an ARN, where a document is needed: aws iam get-policy-version prints it"
        : `it is not JSON: ${(error as Error).message}`,
    );
    return undefined;
  }
  for (const key of duplicateKeys(json)) {
    reader.problem(
      `the key ${JSON.stringify(key)} appears twice in one object, and only the last one counts`,
    );
  }
  return value;
}

/** IAM's own API returns documents percent-encoded. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The keys that one object of a valid JSON text has twice, in one pass. */
function duplicateKeys(json: string): Set<string> {
  const duplicates = new Set<string>();
  /** The keys of each object that is open, as soon as it has one. */
  const open: (Set<string> | undefined)[] = [];
  for (const { 0: token, 1: key } of json.matchAll(/[{}]|("[^"\\]*(?:\\.[^"\\]*)*")(?:\s*:)?/g)) {
    if (token === "{") {
      open.push(undefined);
    } else if (token === "}") {
      open.pop();
    } else if (token.endsWith(":")) {
      const keys = (open[open.length - 1] ??= new Set());
      const name = key!.includes("\\") ? (JSON.parse(key!) as string) : key!.slice(1, -1);
      if (keys.has(name)) {
        duplicates.add(name);
      }
      keys.add(name);
    }
  }
  return duplicates;
}
