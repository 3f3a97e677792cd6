import { createHash } from "node:crypto";

/** How many hexadecimal digits a fingerprint has. */
const LENGTH = 12;

/**
 * What changes in a message though the finding stays the same: where a statement stands, how many actions a pattern stands for
 * in this month's list of AWS, and the digits that Pulumi adds to a name.
 */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\bstatement \d+/g, "statement #"],
  [/ \([\d,]+ actions[^()]*\)/g, ""],
  [/-[0-9a-f]{7}(?![0-9A-Za-z])/g, "-#"],
  [/\s+/g, " "],
];

/**
 * The fingerprint of a finding: of the rule, the resource (`type::name`) and what is found. It stays the same from run to run
 * and from stack to stack; a wider policy is another finding and has another one.
 */
export function fingerprintOf(rule: string, subject: string, message: string): string {
  const steady = VOLATILE.reduce(
    (text, [pattern, replacement]) => text.replace(pattern, replacement),
    message,
  );
  return createHash("sha256")
    .update(JSON.stringify([rule, subject, steady.trim()]))
    .digest("hex")
    .slice(0, LENGTH);
}

/** Whether the text has the form of a fingerprint. */
export function isFingerprint(text: string): boolean {
  return text.length === LENGTH && /^[0-9a-f]+$/.test(text);
}
