import { ActionSet } from "./actions";
import { strangers, tellsStrangers } from "./audience";
import { holds, type Condition, type KeyValue } from "./condition";
import type { Principal, Statement } from "./document";
import { requestsFor } from "./called-on";
import { areKnown } from "./grants";
import type { PolicyKind } from "./kinds";
import { isEverybody } from "./principals";
import { boxOf, escape, Region, testsOf, type Test } from "./requests";
import { MARK } from "./patterns";

/** Somebody whom a trust or resource policy lets in without saying which of them. */
export interface Exposure {
  readonly statement: Statement;
  /** The principal as written; for NotPrincipal, undefined. */
  readonly principal: Principal | undefined;
  readonly to: "anyone" | "any federated user" | "a service, for any customer";
  /** The statement's conditions, none of which keeps strangers out, and why. */
  readonly idle: readonly { readonly condition: Condition; readonly why: string }[];
  readonly escaped: readonly Escaped[];
}

/** A Deny statement that takes in the same, and how a stranger's request gets past it. */
export interface Escaped {
  readonly denial: Statement;
  /** The conditions of the Deny that the request does not meet, with its values; none where the Deny is for another part. */
  readonly by: readonly { readonly condition: Condition; readonly value: KeyValue }[];
  /** Whether the Deny compares with what the caller is itself: a stranger can be so that it does not hold. */
  readonly isByChoice: boolean;
}

/** Of more Deny statements than these it is not said how each is escaped. */
const MOST_ESCAPED = 3;

const ASSUMING: Test = {
  of: "action",
  actions: new ActionSet([
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
    "sts:AssumeRoleWithSAML",
  ]),
};
/** Services that act only for what runs in the account of the role or resource: there is no source to name. */
const OWN_ACCOUNT_SERVICES = /^(?:ec2|lambda|edgelambda)\.amazonaws\.com(?:\.cn)?$/i;

/** Whom the Allow statements of a trust or resource policy let in, be it a stranger, after what its Deny statements take away. */
export function exposures(
  statements: readonly Statement[],
  kind: PolicyKind,
  now: number,
): Exposure[] {
  const denials = statements
    .filter(({ effect, actionsUnknown }) => effect === "Deny" && !actionsUnknown)
    .map((denial) => {
      // A Deny under conditions that are not known yet may hold: the statement is judged once they are.
      const conditions = denial.conditions.filter((each) => each.values);
      const isByChoice = conditions.some((each) => isMetByChoice(denial, each));
      return { denial, isByChoice, box: boxOf({ ...denial, conditions }) };
    });
  const surely = denials.filter(({ isByChoice }) => !isByChoice).map(({ box }) => testsOf(box));
  const left = (region: Region | undefined): Region | undefined => region && escape(region, surely);
  const escapedIn = (region: Region): Escaped[] => {
    const same = denials.flatMap(({ denial, isByChoice, box: { what, who } }) => {
      const part = region.within([...what, ...who]);
      return part === undefined ? [] : [{ denial, isByChoice, point: left(part)?.point }];
    });
    return same.slice(0, MOST_ESCAPED).map(({ denial, isByChoice, point }) => {
      const values = denial.conditions.map((condition) => ({
        condition,
        value: point?.context.get(condition.key),
      }));
      const by = values.filter(
        ({ condition, value }) => point !== undefined && !holds(condition, value, now),
      );
      return { denial, by, isByChoice };
    });
  };
  return statements
    .filter((statement) => statement.effect === "Allow" && areKnown(statement))
    .flatMap((statement) => {
      const { what, when } = boxOf({
        ...statement,
        conditions: statement.conditions.filter((each) => !isMetByChoice(statement, each)),
      });
      const tests = [ALL_SENDERS, ...(kind === "trust" ? [ASSUMING] : []), ...what, ...when];
      const openTo = ({ sender }: Stranger): Region | undefined => {
        const region = Region.all(strangers(sender, now)).within(tests);
        const actions = kind === "trust" ? [] : statement.actions.spelledOut;
        if (left(region) === undefined) {
          return undefined;
        }
        // Of a list of actions, Deny statements may be for each on what it is called on.
        const regions = actions.map((each) => region!.within(requestsFor(each)));
        return actions.length === 0 ? region : regions.find((each) => left(each) !== undefined);
      };
      return strangersIn(statement).flatMap((candidates): Exposure[] => {
        for (const stranger of candidates) {
          const region = openTo(stranger);
          if (region !== undefined) {
            const idle = idleConditions(statement);
            return [{ ...stranger, statement, idle, escaped: escapedIn(region) }];
          }
        }
        return [];
      });
    });
}

const ALL_SENDERS: Test = { of: "principal", principals: { negated: true, of: [] } };
const SOMEBODY = {
  sender: { kind: "AWS", value: `arn:aws:iam::${MARK.repeat(12)}:role/${MARK}` },
  to: "anyone",
} as const;
const SERVICE = "a service, for any customer";

interface Stranger {
  readonly principal: Principal | undefined;
  /** Who of those that the principal stands for sends the request. */
  readonly sender: Principal;
  readonly to: Exposure["to"];
}

/** For each principal of a statement the strangers whom it may let in, the worst first. */
function strangersIn({ principals, conditions }: Statement): Stranger[][] {
  if (principals === undefined) {
    return [];
  }
  if (principals.negated) {
    return principals.of.some(isEverybody) ? [] : [[{ ...SOMEBODY, principal: undefined }]];
  }
  return principals.of.map((principal): Stranger[] => {
    const { kind, value } = principal;
    if (kind === "Service") {
      return OWN_ACCOUNT_SERVICES.test(value)
        ? []
        : [{ principal, sender: principal, to: SERVICE }];
    }
    if (kind === "Federated") {
      return [{ principal, sender: principal, to: "any federated user" }];
    }
    if (isEverybody(principal)) {
      // Everybody who must be a service is one for any customer.
      const isService = conditions.some(({ key }) => /^aws:principal(?:isaws)?service/.test(key));
      const sender = { kind: "Service", value: "[*]" };
      const somebody = { ...SOMEBODY, principal };
      return isService ? [somebody, { principal, sender, to: SERVICE }] : [somebody];
    }
    return /^arn:[^:]*:iam::\*:/.test(value) ? [{ ...SOMEBODY, principal }] : [];
  });
}

/** A policy variable whose value is not the resource's: the caller's own, from its own endpoint, in its own organization. */
const OF_CALLER = /\$\{(?!aws:resource|s3:existingobjecttag)[^*?$}][^}]*\}/i;

/** Whether a condition compares with what the caller is: a stranger can be so that it holds, or does not. */
function isMetByChoice({ variables }: Statement, { values }: Condition): boolean {
  return variables && values?.some((value) => OF_CALLER.test(value)) === true;
}

function idleConditions(statement: Statement): Exposure["idle"] {
  return statement.conditions.map((condition) => ({
    condition,
    why: isMetByChoice(statement, condition)
      ? "compares with what the caller is itself"
      : whyIdle(condition),
  }));
}

function whyIdle({ key, test, quantifier, ifExists }: Condition): string {
  if (!tellsStrangers(key)) {
    return "does not say who the caller is: a stranger can meet it";
  }
  if (ifExists || quantifier === "all") {
    return "also holds where the request lacks the key";
  }
  return test.negated ? "keeps out only those that it names" : "takes in strangers, too";
}
