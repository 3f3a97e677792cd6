/**
 * IAM's wildcards: `*` stands for any run of characters, `?` for exactly one. Patterns are matched by hand because a regular
 * expression made of many stars backtracks exponentially.
 */

/** The same pattern with every run of wildcards in one form: its question marks first, then at most one star. */
export function simplify(pattern: string): string {
  // Most patterns have no star, or one at their end: nothing to simplify.
  const star = pattern.indexOf("*");
  if (star < 0 || (star === pattern.length - 1 && pattern[star - 1] !== "?")) {
    return pattern;
  }
  return pattern.replace(/[*?]*\*[*?]*/g, (run) => `${"?".repeat(countOf(run, "?"))}*`);
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (const each of text) {
    count += each === character ? 1 : 0;
  }
  return count;
}

/** Whether the pattern has a wildcard at all. */
export function hasWildcard(pattern: string): boolean {
  return pattern.includes("*") || pattern.includes("?");
}

/** Whether the pattern is made of wildcards only, at least one star among them: it leaves nothing out but the shortest texts. */
export function isOpen(pattern: string): boolean {
  return pattern.includes("*") && /^[*?]+$/.test(pattern);
}

/**
 * Whether `text` matches `pattern`. After a mismatch only the latest star is tried again, at the next character: an earlier
 * star never needs to be, since the part between two stars may as well match at its first occurrence. The cost is at most
 * |pattern| + |text| × the longest part between two stars, and a part longer than the text ends the search.
 */
export function matches(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let star = -1;
  let resume = 0;
  while (inText < text.length) {
    const expected = pattern[inPattern];
    if (expected === "*") {
      star = inPattern++;
      resume = inText;
    } else if (expected !== undefined && (expected === "?" || expected === text[inText])) {
      inPattern++;
      inText++;
    } else if (star >= 0) {
      inPattern = star + 1;
      inText = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === "*") {
    inPattern++;
  }
  return inPattern === pattern.length;
}
