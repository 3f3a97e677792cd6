import type { KeyDomain } from "./context";
import type { Principal } from "./document";
import type { Scope } from "./requests";
import { MARK } from "./patterns";
import { accepts, domain, language, type Language } from "./words";

/**
 * For whom a question is asked, as the values that their requests may carry under each condition key. The mark in a value is what
 * no policy spells out: an account, an organization or a name that is not the policy's own.
 */

/** Keys that every request carries (AWS global condition context keys, "always included"). */
const ALWAYS_PRESENT = keys(
  "aws:currenttime aws:epochtime aws:requestedregion aws:securetransport aws:useragent aws:viaawsservice",
);
/** And every one that is signed by somebody of an account. */
const OF_CALLERS = keys("aws:principalarn aws:principalaccount aws:principaltype aws:userid");
const TRUTH_KEYS = keys(
  "aws:multifactorauthpresent aws:principalisawsservice aws:securetransport aws:viaawsservice",
);
const TRUTH_VALUES = domain("true", "false");
/**
 * Keys that a caller may leave out by the way in which it calls (AWS global condition context keys, "Availability"). Keys of a
 * resource or of one service are not among them, but for its tags: whether those are present is not the caller's choice.
 */
const LEFT_OUT = keys(
  "aws:calledvia* aws:ec2instancesource* aws:federatedprovider aws:multifactorauth* aws:principalorg*",
  "aws:principalservicename* aws:referer aws:requesttag/* aws:source* aws:tagkeys aws:vpc* *:resourcetag/*",
);
const TAGS = keys("*:resourcetag/*");
/** Keys of a resource that say only that it is one of the own account or organization. */
const OWN = keys("aws:resourceaccount aws:resourceorg*");
/** Keys by which a caller says what it wants to be called, or on which machines its own code runs: whatever they say, it reaches as much. */
const CHOSEN = keys(
  "sts:externalid sts:rolesessionname sts:sourceidentity ec2:instancetype ec2:instancemarkettype ec2:osuser ec2:region ec2:tenancy",
  "lambda:securitygroupids lambda:subnetids lambda:vpcids sagemaker:directinternetaccess sagemaker:instancetypes",
  "sagemaker:maxruntimeinseconds sagemaker:rootaccess sagemaker:volumekmskey sagemaker:vpcsecuritygroupids sagemaker:vpcsubnets",
);

const ACCOUNT = MARK.repeat(12);
/** Also the accounts that a pattern takes in which spells out the first digits. */
const ACCOUNTS = Array.from(ACCOUNT, (_, at) => "[a.]".repeat(at) + ACCOUNT.slice(at));
const ARNS = keys(
  "aws:sourcearn aws:chatbotsourcearn s3:dataaccesspointarn s3:accessgrantsinstancearn",
  "kms:encryptioncontext:*arn lambda:sourcefunctionarn ec2:sourceinstancearn",
);

/** What strangers carry under the keys that say who calls, from where and for whom; they meet conditions on all other keys. */
const STRANGERS: readonly (readonly [Language, Language])[] = [
  telling("aws:principalarn", ...ACCOUNTS.map((account) => `arn:[:+]:[n]::${account}:[*]`)),
  telling(
    "aws:principalaccount aws:sourceaccount aws:vpceaccount aws:sourceowner kms:calleraccount s3:dataaccesspointaccount",
    ...ACCOUNTS,
  ),
  telling("aws:principalorgid aws:sourceorgid aws:vpceorgid", `o-[n]${MARK}[*]`),
  telling("aws:principalorgpaths aws:sourceorgpaths aws:vpceorgpaths", `o-[n]${MARK}/[*]`),
  telling("aws:sourcevpc aws:ec2instancesourcevpc", `vpc-[n]${MARK}`),
  telling("aws:sourcevpce", `vpce-[n]${MARK}`),
  telling("aws:sourcevpcarn", `arn:[:+]:ec2:[:]:${ACCOUNT}:vpc/${MARK}`),
  telling("aws:userid", MARK, `[n]${MARK}:[*]`),
  // Buckets have neither region nor account in their ARN.
  [ARNS, domain(`arn:[:+]:[:+]:[:]:${ACCOUNT}:[*]`, `arn:[:+]:s3:::[*]${MARK}[*]`)],
  telling("aws:principalisawsservice elasticfilesystem:accessedviamounttarget", "false"),
  telling("aws:principalservicename aws:principalservicenameslist"),
  // Users of an identity provider: subjects of another owner than the policy's. GitHub, GitLab and others name it first.
  telling("*:repository *:job_workflow_ref *:project_path", `[/]${MARK}[/]/[*]`),
  // Everybody may make an identity pool in any region.
  telling("cognito-identity*:aud", `[:]:[n]${MARK}`),
  // A repository chooses the claims that its subject is made of (GitHub, "OpenID Connect reference"): not all name an owner.
  telling(
    "token.actions.githubusercontent.com*:sub",
    MARK,
    "pull_request",
    ...claims("repo repository job_workflow_ref workflow_ref", `[/]${MARK}[/]/[*]`),
    ...claims(
      "actor actor_id enterprise enterprise_id repository_id repository_owner repository_owner_id",
      `[:]${MARK}[:]:[*]`,
    ),
    ...["[:]", `[:]:[*]${MARK}`].flatMap((value) =>
      claims(
        "environment event_name head_ref base_ref ref ref_protected ref_type repository_visibility runner_environment workflow",
        value,
      ),
    ),
  ),
  telling(
    "*:sub",
    MARK,
    `project_path:[/]${MARK}[/]/[*]`,
    ...claims(
      "account organization owner pulumi:deploy:org pulumi:environments:org",
      `[:]${MARK}[:]:[*]`,
    ),
    `system:serviceaccount:${MARK}:[*]`,
  ),
  telling(
    // Of those that applications register with, Amazon, Facebook and Google name the application; skills of Alexa come with a token.
    "aws:federatedprovider aws:sourceip saml:* lambda:eventsourcetoken",
    MARK,
  ),
  telling("*:oaud *:app_id accounts.google.com:aud", `${MARK}[*]`, `amzn1.[*]${MARK}[*]`),
  telling("*:email", MARK, `[*]${MARK}[*]@gmail.com`),
  // Names and numbers that others get to have: also those that a pattern takes in which spells out a part.
  [
    keys(
      "*:id *:user_id *:user_login *:actor *:actor_id *:namespace_path *:namespace_id *:project_id *project-id",
      "*:repository_owner *:repository_owner_id *:repository_id *:enterprise_id *:rpst_id *organization_*",
      "*:pipeline_id *:cluster_id",
    ),
    domain(`[*]${MARK}[*]`),
  ],
];

/** A bucket's name is one bucket, whatever a pattern leaves open before it. */
const NO_BUCKET = domain("arn:[:+]:s3:[:+]:[*]", "arn:[:+]:s3::[:+]:[*]");

/** Condition keys, in lower case and with wildcards. */
function keys(...names: readonly string[]): Language {
  return language(names.join(" ").split(" "), { wildcards: true });
}

function telling(names: string, ...values: readonly string[]): readonly [Language, Language] {
  return [keys(names), domain(...values)];
}

function claims(names: string, value: string): string[] {
  return names.split(" ").map((name) => `${name}:${value}`);
}

/** Whether conditions on a key tell strangers from others. */
export function tellsStrangers(key: string): boolean {
  return strangersValues(key) !== undefined;
}

function strangersValues(key: string): Language | undefined {
  return STRANGERS.find(([names]) => accepts(names, key))?.[1];
}

/** What requests may carry, whether or not somebody of an account has signed them. */
export function anything(key: string): KeyDomain {
  const among = accepts(TRUTH_KEYS, key) ? [TRUTH_VALUES] : undefined;
  return { mayLack: !accepts(ALWAYS_PRESENT, key), among };
}

/** What requests of somebody of an account may carry. */
function anythingSigned(key: string): KeyDomain {
  const all = anything(key);
  return { ...all, mayLack: all.mayLack && !accepts(OF_CALLERS, key) };
}

/** Every request there is, from now on. */
export function anyone(now: number): Scope {
  return { now, principals: [], domainOf: anythingSigned };
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
        ? anythingSigned(key)
        : { mayLack: true, among: [values], except: accepts(ARNS, key) ? NO_BUCKET : undefined };
    },
  };
}

const ORDINARY: ReadonlyMap<string, Language> = new Map([
  ["aws:principalarn", domain(`arn:aws:iam::${ACCOUNT}:role/${MARK}`)],
  ["aws:sourcearn", domain(`arn:aws:${MARK}:${MARK}:${ACCOUNT}:${MARK}`)],
  ["aws:securetransport", domain("true")],
  ...["aws:viaawsservice", "aws:multifactorauthpresent", "aws:principalisawsservice"].map(
    (key): [string, Language] => [key, domain("false")],
  ),
]);
const MARKED = domain(MARK);

/** Ordinary requests of whoever holds a policy: over TLS, not through a service, with values that the policy does not spell out. */
export function holder(now: number): Scope {
  return {
    now,
    principals: [],
    domainOf: (key) =>
      accepts(OWN, key)
        ? anythingSigned(key)
        : { mayLack: accepts(LEFT_OUT, key), among: [ORDINARY.get(key) ?? MARKED] },
  };
}

/** Keys of the policies that IAM is called with, and those with which nothing is forbidden. */
const POLICIES = keys("iam:policyarn iam:permissionsboundary");
const ADMINISTRATORS = domain(
  ...["AdministratorAccess", "IAMFullAccess"].map((name) => `arn:[:+]:iam::aws:policy/${name}`),
);

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
      if ((key.startsWith("aws:") && !accepts(TAGS, key)) || accepts(CHOSEN, key)) {
        return anythingSigned(key);
      }
      return accepts(POLICIES, key)
        ? { mayLack: key !== "iam:policyarn", among: [MARKED, ADMINISTRATORS] }
        : { mayLack: accepts(TAGS, key), among: [MARKED] };
    },
  };
}
