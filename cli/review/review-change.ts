import type { PriceTables } from "../../packages/aws-facts/prices";
import { asStack } from "../preview/as-stack";
import { breaksTheBuild, type Finding } from "../preview/finding";
import { type AccessChange, accessChanges } from "./access";
import { changesCost, type CostChange, costChange } from "./cost-change";
import { type ResourceChange, resourceChanges } from "./change";
import { type Reach, reachOf } from "./reach";
import { inRegion, type Side, withoutAnything } from "./side";
import { holdsSecret, holdsUnknown } from "./values";

/** All there is to say of a change to one stack. */
export interface Review {
  readonly project: string;
  readonly stack: string;
  /** `fail` where a mandatory rule is broken after the change. */
  readonly verdict: "pass" | "fail";
  /** Where the stack moves to another region. */
  readonly move: { readonly from: string; readonly to: string } | undefined;
  readonly findings: {
    readonly added: readonly Finding[];
    readonly remaining: readonly Finding[];
    readonly resolved: readonly Finding[];
  };
  /** What policies allow after the change and did not before, or the reverse; rewrites are `equal`. */
  readonly access: readonly AccessChange[];
  readonly cost: CostChange;
  readonly changes: readonly ResourceChange[];
  /** What each role whose access grew can reach now. */
  readonly reach: readonly Reach[];
  /** Secrets of the stack file that are other ones, by their path. */
  readonly secrets: readonly string[];
  /** What can't be said before the deployment. */
  readonly unknown: readonly string[];
  /** Whether merging the change does nothing to the stack. */
  readonly isQuiet: boolean;
}

/**
 * Compares two sides of a change to a stack. A side that is not there has nothing: everything is new, or goes.
 *
 * @param tables the prices that count; by default those that come with Kennel
 */
export function reviewChange(
  before: Side | undefined,
  after: Side | undefined,
  tables?: PriceTables,
): Review {
  const now = after ?? withoutAnything(before!);
  const old = before ?? withoutAnything(now);
  const move = old.region === now.region ? undefined : { from: old.region, to: now.region };
  const moved = move === undefined ? old : inRegion(old, now.region);
  const [judgedOld, judgedNow] = [asStack(old), asStack(now)];
  const resources = [...old.resources, ...now.resources];
  const compared = accessChanges(moved === old ? judgedOld : asStack(moved), judgedNow);
  const secretive = compared.filter((each) => holdsSecrets(each, resources));
  const access = compared.map((each) => (secretive.includes(each) ? withoutRequests(each) : each));
  const changes = resourceChanges(moved, now, move !== undefined);
  const findings = compareFindings(old.findings, now.findings);
  const cost = costChange(judgedOld, judgedNow, tables);
  const secrets = changedSecrets(old.secrets, now.secrets);
  return {
    ...{ project: now.project, stack: now.stack, move },
    ...{ findings, access, cost, changes, secrets },
    verdict: now.findings.some(breaksTheBuild) ? "fail" : "pass",
    reach: reachOf(
      judgedNow,
      compared.filter((each) => !secretive.includes(each)),
    ),
    unknown: unknownValues(old, now),
    isQuiet:
      changes.length + secrets.length + findings.added.length + findings.resolved.length === 0 &&
      access.length === 0 &&
      !changesCost(cost),
  };
}

function compareFindings(old: readonly Finding[], now: readonly Finding[]): Review["findings"] {
  const worstFirst = (findings: readonly Finding[]): Finding[] =>
    [...findings].sort(
      (left, right) => Number(breaksTheBuild(right)) - Number(breaksTheBuild(left)),
    );
  const known = new Set(old.map(keyOf));
  const present = new Set(now.map(keyOf));
  return {
    added: worstFirst(now.filter((each) => !known.has(keyOf(each)))),
    remaining: worstFirst(now.filter((each) => known.has(keyOf(each)))),
    resolved: old.filter((each) => !present.has(keyOf(each))),
  };
}

/** The fingerprint at the end of a message tells findings apart; without one, the message does. */
function keyOf({ rule, resource, level, message }: Finding): string {
  return JSON.stringify([rule, resource, level, fingerprintOf(message) ?? message]);
}

/** What `policies` ends a message with to tell its findings apart. */
export function fingerprintOf(message: string): string | undefined {
  return /\(fingerprint (\w+)\)\s*$/.exec(message)?.[1];
}

/** Whether a policy of the subject holds a secret, which its requests, problems and reach would show. */
function holdsSecrets({ sources }: AccessChange, resources: Side["resources"]): boolean {
  return resources.some(({ urn, inputs }) => sources.includes(urn) && holdsSecret(inputs));
}

function withoutRequests(change: AccessChange): AccessChange {
  return {
    ...change,
    newlyAllowed: [],
    noLongerAllowed: [],
    unknown: change.unknown.length > 0 ? ["a policy can't be decided, and holds a secret"] : [],
    notes: [...change.notes, "a policy holds a secret: the requests are not shown"],
  };
}

function changedSecrets(
  old: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string[] {
  return Object.keys({ ...old, ...now })
    .filter((path) => old[path] !== now[path])
    .map((path) => {
      const what =
        old[path] === undefined ? "was added" : now[path] === undefined ? "was removed" : "changed";
      return `${path}: a secret ${what}`;
    });
}

/** Inputs that hold something not known yet, of resources that the change touches or leaves. */
function unknownValues(before: Side, after: Side): string[] {
  const old = new Map(before.resources.map((each) => [each.urn, each]));
  return after.resources.flatMap(({ urn, name, type, inputs }) =>
    Object.entries(inputs)
      .filter(([, value]) => holdsUnknown(value))
      .map(([key]) => {
        const isNew = !holdsUnknown(old.get(urn)?.inputs[key]);
        return `${key} of ${type.split(":").at(-1)} ${name}${isNew ? "" : ", as before"}`;
      }),
  );
}
