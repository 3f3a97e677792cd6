import type { Principal, Principals } from "./document";
import { glob, hasWildcard, matches } from "./patterns";

/** Partition and account of an ARN, or of an account of which only the number is written. */
function accountOf(value: string): string | undefined {
  const [, partition, account] = /^arn:([^:]*):(?:iam|sts)::([^:]*):/.exec(value) ?? [];
  return /^\d{12}$/.test(value) ? `aws::${value}` : partition && `${partition}::${account}`;
}

/** Whether a principal stands for a whole account. */
function isAccount(value: string): boolean {
  return /^(?:arn:[^:]*:iam::)?\d{12}(?::root)?$/.test(value);
}

/** What the sessions of a role begin with; a role is named in them by the last part of its path. */
function sessionsOf(role: string): string | undefined {
  const [, partition, account, name] =
    /^arn:([^:]*):iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(role) ?? [];
  return name && `arn:${partition}:sts::${account}:assumed-role/${name}/`;
}

/** Whether a principal stands for everybody; `*` and `{"AWS": "*"}` mean the same. */
export function isEverybody({ kind, value }: Principal): boolean {
  return value === "*" && (kind === "*" || kind === "AWS");
}

/** Whether a Principal or NotPrincipal element takes in one principal. A NotPrincipal must name the sessions that it spares. */
export function matchesPrincipal({ negated, of }: Principals, one: Principal): boolean {
  const isSession = ({ value }: Principal): boolean => {
    const sessions = negated ? undefined : sessionsOf(value);
    return sessions !== undefined && one.value.startsWith(sessions);
  };
  return of.some((each) => takesIn(each, one) || isSession(each)) !== negated;
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
    (isAccount(listed.value) && accountOf(listed.value) === accountOf(value)) ||
    // IAM takes no wildcards here; should one be written, it counts as what it says.
    (hasWildcard(listed.value) && matches(glob(listed.value), value))
  );
}

/** Principals that between them tell apart whatever the elements do: those that are named, sessions of these, a role of each account, and strangers. */
export function candidatesFor(elements: readonly Principals[]): Principal[] {
  if (elements.length === 0) {
    return [];
  }
  const named = elements.flatMap(({ of }) => of).filter((each) => !isEverybody(each));
  const accounts = new Set(named.flatMap(({ value }) => accountOf(value) ?? []));
  const stranger = ["aws::999999999999", "aws::888888888888", "aws::777777777777"].find(
    (each) => !accounts.has(each),
  );
  return [
    ...[...accounts].filter((each) => /::\d{12}$/.test(each)).map(roleIn),
    ...named.flatMap(({ kind, value }) => {
      const sessions = sessionsOf(value);
      const own = { kind, value: value.replace(/\*/g, "x") };
      return sessions === undefined ? [own] : [own, { kind, value: `${sessions}example` }];
    }),
    ...(stranger === undefined ? [] : [roleIn(stranger)]),
    { kind: "Service", value: "example.amazonaws.com" },
    { kind: "Federated", value: "example.com" },
  ];
}

function roleIn(account: string): Principal {
  const [partition, number] = account.split("::");
  return { kind: "AWS", value: `arn:${partition}:iam::${number}:role/example` };
}
