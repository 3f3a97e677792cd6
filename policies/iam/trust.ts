import { matches } from "./wildcard";
import { plainOperator } from "./conditions";
import type { Statement } from "./document";

/** Somebody whom a trust or resource policy lets in without saying which of them. */
export interface OpenTrust {
  readonly statement: Statement;
  /** As written: `*`, `AWS: *`, `Service: sagemaker.amazonaws.com`, … */
  readonly principal: string;
  readonly to: "anyone" | "any federated user" | "a service, for any customer";
}

const ASSUME_ACTIONS = ["assumerole", "assumerolewithwebidentity", "assumerolewithsaml"];
/** The keys that say for whom a service acts (IAM user guide, "The confused deputy problem"). */
const SOURCE_KEYS = [
  "aws:sourceaccount",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:principalorgid",
];

/** Services that assume a role only for what runs in the role's own account: there is no source to name. */
const OWN_ACCOUNT_SERVICES = /^(?:ec2|lambda|edgelambda)\.amazonaws\.com(?:\.cn)?$/i;

/** Whether a document is a trust policy: it says who may assume a role. */
export function isTrustPolicy(statements: readonly Statement[]): boolean {
  return (
    statements.length > 0 &&
    statements.every(
      ({ principals, resources }) => principals !== undefined && resources === undefined,
    )
  );
}

/** Whom the Allow statements of a trust policy let assume the role without a restriction. */
export function openTrusts(statements: readonly Statement[]): OpenTrust[] {
  return openPrincipals(
    statements.filter(({ actions }) =>
      ASSUME_ACTIONS.some((action) => {
        const isListed = actions.patterns.some(
          (pattern) => matches(pattern.service, "sts") && matches(pattern.action, action),
        );
        return isListed !== actions.negated;
      }),
    ),
  );
}

/** Whom the Allow statements of a resource policy let in without a restriction. */
export function openPrincipals(statements: readonly Statement[]): OpenTrust[] {
  return statements
    .filter(({ effect, principals }) => effect === "Allow" && principals !== undefined)
    .flatMap((statement) => {
      const { principals, conditions } = statement;
      if (principals!.negated) {
        return conditions.length === 0
          ? [{ statement, principal: "NotPrincipal", to: "anyone" as const }]
          : [];
      }
      return principals!.of.flatMap(({ kind, value }) => {
        const to = openTo(kind, value, statement);
        return to === undefined
          ? []
          : [{ statement, principal: kind === "*" ? "*" : `${kind}: ${value}`, to }];
      });
    });
}

function openTo(
  kind: string,
  value: string,
  { conditions }: Statement,
): OpenTrust["to"] | undefined {
  if (kind === "Service") {
    return OWN_ACCOUNT_SERVICES.test(value) ||
      conditions.some(({ key }) => SOURCE_KEYS.includes(key))
      ? undefined
      : "a service, for any customer";
  }
  if (conditions.some((condition) => plainOperator(condition.operator) !== "null")) {
    return undefined;
  }
  if (kind === "Federated") {
    return "any federated user";
  }
  return value === "*" || /^arn:[^:]*:iam::\*:/.test(value) ? "anyone" : undefined;
}
