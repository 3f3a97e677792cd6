import type { KeyDomain } from "./context";
import type { Principal } from "./document";
import type { Scope } from "./requests";
import { MARK } from "./patterns";
import { domain, type Language } from "./words";

/**
 * For whom a question is asked, as the values that their requests may carry under each condition key. The mark in a value is what
 * no policy spells out: an account, an organization or a name that is not the policy's own.
 */

/** Keys that every request carries (AWS global condition context keys, "always included"). */
const ALWAYS_PRESENT = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principaltype",
  "aws:requestedregion",
  "aws:securetransport",
  "aws:useragent",
  "aws:userid",
  "aws:viaawsservice",
]);
/**
 * Keys that a caller may leave out by the way in which it calls (AWS global condition context keys, "Availability"). Keys of a
 * resource or of one service are not among them: whether those are present is not the caller's choice.
 */
const LEFT_OUT =
  /^aws:(?:calledvia|ec2instancesource|federatedprovider$|multifactorauth|principalorg|principalservicename|referer$|source|tagkeys$|vpce?|requesttag\/)/;

const ACCOUNT = MARK.repeat(12);
const ARNS = /^(?:aws:sourcearn|s3:dataaccesspointarn|kms:encryptioncontext:.*arn)$/;
const ANY_ARN = [`arn:[:+]:[:+]:[:]:${ACCOUNT}:[*]`, `arn:[:+]:s3:::[*]${MARK}[*]`];

/** What strangers carry under the keys that say who calls, from where and for whom; they meet conditions on all other keys. */
const STRANGERS: readonly (readonly [keys: RegExp, ...values: string[]])[] = [
  [/^aws:principalarn$/, `arn:aws:iam::${ACCOUNT}:[*]`, `arn:aws:sts::${ACCOUNT}:[*]`],
  [
    /^(?:aws:(?:principal|source|vpce)account|aws:sourceowner|kms:calleraccount|s3:dataaccesspointaccount)$/,
    ACCOUNT,
  ],
  [/^aws:(?:principal|source|vpce)orgid$/, `o-${MARK}[*]`],
  [/^aws:(?:principal|source|vpce)orgpaths$/, `o-${MARK}/[*]`],
  [/^aws:(?:ec2instance)?sourcevpc$/, `vpc-${MARK}`],
  [/^aws:sourcevpce$/, `vpce-${MARK}`],
  [/^aws:sourcevpcarn$/, `arn:aws:ec2:[:]:${ACCOUNT}:vpc/${MARK}`],
  [/^aws:sourceip$/, MARK],
  [/^aws:userid$/, MARK, `${MARK}:[*]`],
  [ARNS, ...ANY_ARN],
  [/^aws:federatedprovider$/, MARK],
  [/^(?:aws:principalisawsservice|elasticfilesystem:accessedviamounttarget)$/, "false"],
  [/^aws:principalservicename(?:slist)?$/],
  // Users of an identity provider: subjects of another owner than the policy's. GitHub, GitLab, Terraform and CircleCI name it first.
  [/^token\.actions\.githubusercontent\.com:sub$/, `repo:[/]${MARK}[/]/[*]`],
  [/^token\.actions\.githubusercontent\.com:(?:repository|job_workflow_ref)$/, `[/]${MARK}[/]/[*]`],
  [/^gitlab[^:]*:sub$/, `project_path:[/]${MARK}[/]/[*]`],
  [/^app\.terraform\.io:sub$/, `organization:[:]${MARK}[:]:[*]`],
  [/^cognito-identity\.amazonaws\.com:aud$/, `${MARK}:${MARK}`],
  [/^saml:/, MARK],
  [
    /:(?:sub|oaud|app_id|id|user_id|email|actor|actor_id|namespace_path|repository_owner|repository_id|repository_owner_id|enterprise)$/,
    MARK,
    `system:serviceaccount:${MARK}:${MARK}`,
  ],
];

/** Buckets have neither region nor account in their ARN: a bucket's name is one bucket, whatever a pattern leaves open before it. */
const NO_BUCKET = domain("arn:[:+]:s3:[:+]:[*]", "arn:[:+]:s3::[:+]:[*]");
const words = new Map(STRANGERS.map(([keys, ...values]) => [keys, domain(...values)]));

/** Whether conditions on a key tell strangers from others. */
export function tellsStrangers(key: string): boolean {
  return strangersValues(key) !== undefined;
}

function strangersValues(key: string): Language | undefined {
  return [...words].find(([keys]) => keys.test(key))?.[1];
}

function anything(key: string): KeyDomain {
  return { mayLack: !ALWAYS_PRESENT.has(key) };
}

/** Every request there is, from now on. */
export function anyone(now: number): Scope {
  return { now, principals: [], domainOf: anything };
}

/** Requests of somebody whom the policy does not mean: of another account and organization, from anywhere. */
export function strangers(principal: Principal, now: number): Scope {
  const isService = principal.kind === "Service";
  return {
    now,
    principals: [principal],
    domainOf: (key) => {
      if (isService && key === "aws:principalisawsservice") {
        return { mayLack: false, among: [domain("true")] };
      }
      if (isService && key.startsWith("aws:principalservicename")) {
        return { mayLack: false, among: [domain(principal.value)] };
      }
      const values = strangersValues(key);
      return values === undefined
        ? anything(key)
        : { mayLack: true, among: [values], except: ARNS.test(key) ? NO_BUCKET : undefined };
    },
  };
}

const ORDINARY: ReadonlyMap<string, Language> = new Map([
  ["aws:principalarn", domain(`arn:aws:iam::${ACCOUNT}:role/${MARK}`)],
  ["aws:sourcearn", domain(`arn:aws:${MARK}:${MARK}:${ACCOUNT}:${MARK}`)],
  ["aws:securetransport", domain("true")],
  ["aws:viaawsservice", domain("false")],
]);
const MARKED = domain(MARK);

/** Ordinary requests of whoever holds a policy: over TLS, not through a service, with values that the policy does not spell out. */
export function holder(now: number): Scope {
  return {
    now,
    principals: [],
    domainOf: (key) => ({ mayLack: LEFT_OUT.test(key), among: [ORDINARY.get(key) ?? MARKED] }),
  };
}

/**
 * Requests of a holder who can bring about whatever depends on it: the time, the place, MFA, its own tags. Only what is called
 * on, and what the services' own keys say of it, is beyond its choice.
 *
 * @param passedTo the service that a role is passed to, where it is not one that the policy does not spell out
 */
export function determined(now: number, passedTo = `${MARK}.amazonaws.com`): Scope {
  return {
    now,
    principals: [],
    domainOf: (key) => {
      if (key === "iam:passedtoservice") {
        return { mayLack: false, among: [domain(passedTo)] };
      }
      return key.startsWith("aws:") && !key.startsWith("aws:resource")
        ? anything(key)
        : { mayLack: false, among: [MARKED] };
    },
  };
}
