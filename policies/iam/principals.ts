import type { Principal, Principals } from "./document";
import { glob, hasWildcard, matches } from "./patterns";

/** The account of an ARN, or the account itself where only its number is written. */
function accountOf(value: string): string | undefined {
  return /^\d{12}$/.test(value) ? value : /^arn:[^:]*:(?:iam|sts)::([^:]*):/.exec(value)?.[1];
}

/** Whether a principal stands for a whole account. */
function isAccount(value: string): boolean {
  return /^\d{12}$/.test(value) || /^arn:[^:]*:iam::\d{12}:root$/.test(value);
}

/** Whether a principal stands for everybody; `*` and `{"AWS": "*"}` mean the same. */
export function isEverybody({ kind, value }: Principal): boolean {
  return value === "*" && (kind === "*" || kind === "AWS");
}

/** Whether a Principal or NotPrincipal element takes in one principal. */
export function matchesPrincipal({ negated, of }: Principals, one: Principal): boolean {
  return of.some((each) => takesIn(each, one)) !== negated;
}

function takesIn(listed: Principal, { kind, value }: Principal): boolean {
  if (isEverybody(listed)) {
    return true;
  }
  if (listed.kind !== kind) {
    return false;
  }
  return (
    listed.value === value ||
    (kind === "AWS" && isAccount(listed.value) && accountOf(listed.value) === accountOf(value)) ||
    // IAM takes no wildcards here; should one be written, it counts as what it says.
    (hasWildcard(listed.value) && matches(glob(listed.value), value))
  );
}

/** Principals that between them tell apart whatever the elements do: those that are named, a role of each account, and strangers. */
export function candidatesFor(elements: readonly Principals[]): Principal[] {
  if (elements.length === 0) {
    return [];
  }
  const named = elements.flatMap(({ of }) => of).filter((each) => !isEverybody(each));
  const accounts = new Set(
    named.flatMap(({ kind, value }) => (kind === "AWS" ? (accountOf(value) ?? []) : [])),
  );
  const stranger = ["999999999999", "888888888888", "777777777777"].find(
    (each) => !accounts.has(each),
  );
  return [
    ...[...accounts].filter((each) => /^\d{12}$/.test(each)).map(roleIn),
    ...named.map(({ kind, value }) => ({ kind, value: value.replace(/\*/g, "x") })),
    ...(stranger === undefined ? [] : [roleIn(stranger)]),
    { kind: "Service", value: "example.amazonaws.com" },
    { kind: "Federated", value: "example.com" },
  ];
}

function roleIn(account: string): Principal {
  return { kind: "AWS", value: `arn:aws:iam::${account}:role/example` };
}
