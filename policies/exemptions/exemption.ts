import { nearestSpelling } from "../../packages/aws-facts/nearest-spelling";
import { isFingerprint } from "./fingerprint";

/** One finding that is accepted for a time: an entry of the file. */
export interface Exemption {
  /** The rule's name. */
  readonly rule: string;
  /** A pattern for `type::name` or the URN of the resources; `stack` for a finding of the stack as a whole. */
  readonly resource: string;
  /** What the finding's message ends with. */
  readonly fingerprint: string;
  /** Why the finding is accepted. */
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** The last day on which it counts, as `YYYY-MM-DD` (UTC). */
  readonly expires: string;
}

const FIELDS = ["rule", "resource", "fingerprint", "reason", "owner", "expires"] as const;

/** What is wrong with a field's text, where not every text will do. */
const CHECKS: Readonly<
  Partial<Record<keyof Exemption, (text: string, rules: readonly string[]) => string | false>>
> = {
  rule: (text, rules) =>
    !rules.includes(text) &&
    `names the rule ${JSON.stringify(text)}, which does not exist${suggest(text, rules)}`,
  fingerprint: (text) =>
    !isFingerprint(text) &&
    `has the fingerprint ${JSON.stringify(text)}, not the 12 hexadecimal digits that the finding ends with`,
  expires: (text) =>
    !isDate(text) &&
    `expires on ${JSON.stringify(text)}, which is not a date of the form YYYY-MM-DD, such as 2027-01-31`,
};

/** What is wrong with an entry of the file; empty where it is an `Exemption`. */
export function problemsOf(entry: unknown, rules: readonly string[]): string[] {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    return [`is ${JSON.stringify(entry)}, not an object with ${FIELDS.join(", ")}`];
  }
  const fields = entry as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(fields)
      .filter((key) => !FIELDS.includes(key as keyof Exemption))
      .map((key) => `has the unknown field "${key}"${suggest(key, FIELDS)}`),
    ...FIELDS.flatMap((field) => problemOf(field, fields[field], rules) ?? []),
  ];
}

function problemOf(
  field: keyof Exemption,
  value: unknown,
  rules: readonly string[],
): string | undefined {
  if (value === undefined) {
    return `has no ${field}`;
  }
  if (typeof value !== "string") {
    return `has ${JSON.stringify(value)} for its ${field}, not a text`;
  }
  if (value.trim() === "") {
    return `has an empty ${field}`;
  }
  return CHECKS[field]?.(value, rules) || undefined;
}

function suggest(word: string, candidates: readonly string[]): string {
  const best = nearestSpelling(word, candidates);
  return best === undefined ? "" : ` (did you mean "${best}"?)`;
}

/** Whether the text is a day of the calendar: `Date` takes 2027-02-30 for the second of March. */
function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(`${text}T`);
}
