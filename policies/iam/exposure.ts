import { ActionSet } from "./actions";
import { strangers, tellsStrangers } from "./audience";
import type { Condition } from "./condition";
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
}

const ASSUMING = [
  new ActionSet(
    ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"],
    false,
  ),
];
/** Services that act only for what runs in the account of the role or resource: there is no source to name. */
const OWN_ACCOUNT_SERVICES = /^(?:ec2|lambda|edgelambda)\.amazonaws\.com(?:\.cn)?$/i;

/** Whom the Allow statements of a trust or resource policy let in, be it a stranger, after what its Deny statements take away. */
export function exposures(
  statements: readonly Statement[],
  kind: PolicyKind,
  now: number,
): Exposure[] {
  const denials = statements
    .filter(
      (statement) =>
        statement.effect === "Deny" &&
        !statement.actionsUnknown &&
        // What compares with the caller's own values need not hold.
        !statement.conditions.some((each) => isMetByChoice(statement, each)),
    )
    .map(({ conditions, ...statement }) =>
      // A Deny under conditions that are not known yet may hold: the statement is judged once they are.
      testsOf(boxOf({ ...statement, conditions: conditions.filter((each) => each.values) })),
    );
  const assuming = ASSUMING.map((actions): Test => ({ of: "action", actions }));
  return statements
    .filter((statement) => statement.effect === "Allow" && areKnown(statement))
    .flatMap((statement) => {
      const { what, when } = boxOf({
        ...statement,
        conditions: statement.conditions.filter((each) => !isMetByChoice(statement, each)),
      });
      const tests = [ALL_SENDERS, ...(kind === "trust" ? assuming : []), ...what, ...when];
      const isLetIn = ({ sender }: Stranger): boolean => {
        const region = Region.all(strangers(sender, now)).within(tests);
        const isLeft = (some: Region | undefined): boolean =>
          some !== undefined && escape(some, denials) !== undefined;
        const actions = kind === "trust" ? [] : statement.actions.spelledOut;
        return (
          isLeft(region) &&
          // Of a list of actions, Deny statements may be for each on what it is called on.
          (actions.length === 0 ||
            actions.some((each) => isLeft(region?.within(requestsFor(each)))))
        );
      };
      return strangersIn(statement).flatMap((candidates): Exposure[] => {
        const [stranger] = candidates.filter(isLetIn);
        return stranger === undefined
          ? []
          : [{ ...stranger, statement, idle: idleConditions(statement) }];
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
