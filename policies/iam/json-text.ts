/** A JSON text, read as strictly as IAM reads it. */
export interface JsonText {
  /** The value; undefined where the text is not JSON. */
  readonly value: unknown;
  /** What is wrong with the text. */
  readonly problems: readonly string[];
}

const BYTE_ORDER_MARK = "\uFEFF";
/** Parses a policy document's text: names a byte order mark and duplicate keys, which JSON.parse rejects or passes over. */
export function parseJsonText(text: string): JsonText {
  const problems: string[] = [];
  let json = text;
  if (json.startsWith(BYTE_ORDER_MARK)) {
    problems.push(
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
    return {
      value: undefined,
      problems: [...problems, `it is not JSON: ${(error as Error).message}`],
    };
  }
  for (const key of duplicateKeys(json)) {
    problems.push(
      `the key ${JSON.stringify(key)} appears twice in one object, and only the last one counts`,
    );
  }
  return { value, problems };
}

/** IAM's own API returns documents percent-encoded. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The keys of an object that is still open: the first alone, since most objects of a deep text have no other. */
interface OpenObject {
  first?: string;
  others?: Set<string>;
}

/** Whether the object has the key already; from now on it has. */
function hadKey(object: OpenObject, key: string): boolean {
  if (object.first === undefined) {
    object.first = key;
    return false;
  }
  object.others ??= new Set();
  const had = object.first === key || object.others.has(key);
  object.others.add(key);
  return had;
}

/** The keys that one object of a valid JSON text has twice, in one pass. */
function duplicateKeys(json: string): Set<string> {
  const duplicates = new Set<string>();
  /** One entry for each open object or list; a list has no keys. */
  const open: (OpenObject | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case 0x7b: // {
        open.push({});
        expectsKey = true;
        break;
      case 0x5b: // [
        open.push(undefined);
        expectsKey = false;
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        expectsKey = false;
        break;
      case 0x2c: // ,
        expectsKey = open[open.length - 1] !== undefined;
        break;
      case 0x22: {
        const end = endOfString(json, at);
        if (expectsKey) {
          const key = keyAt(json, at, end);
          if (hadKey(open[open.length - 1]!, key)) {
            duplicates.add(key);
          }
          expectsKey = false;
        }
        at = end;
        break;
      }
    }
  }
  return duplicates;
}

/** The position of the quotation mark that ends the string which starts at `start`. */
function endOfString(json: string, start: number): number {
  let end = json.indexOf('"', start + 1);
  while (end > 0 && isEscaped(json, end)) {
    end = json.indexOf('"', end + 1);
  }
  return end;
}

function isEscaped(json: string, at: number): boolean {
  let backslashes = 0;
  while (json[at - 1 - backslashes] === "\\") {
    backslashes++;
  }
  return backslashes % 2 === 1;
}

function keyAt(json: string, start: number, end: number): string {
  const raw = json.slice(start + 1, end);
  return raw.includes("\\") ? (JSON.parse(`"${raw}"`) as string) : raw;
}
