/** More than any record has; so many are parsed in an instant. */
const mostMarks = 1000;

/**
 * Parses JSON that holds few values, however long their texts are. Millions of nested or empty values would keep the thread that
 * answers everybody busy for seconds and take a gigabyte of memory, so they are counted before they are parsed.
 * @throws SyntaxError if it is not JSON, or has too many values
 */
export function parseFlatJson(text: Buffer): unknown {
  for (const mark of ["[", "{", ","]) {
    if (occursTooOften(text, mark)) throw new SyntaxError(`more than ${mostMarks} "${mark}"`);
  }
  // RFC 8259 lets a parser pass over a byte-order mark, which some clients write.
  return JSON.parse(text.toString("utf8").replace(/^\ufeff/, ""));
}

function occursTooOften(text: Buffer, mark: string): boolean {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
    count += 1;
    if (count > mostMarks) return true;
  }
  return false;
}
