import { quote } from "./element-reader";
import { EXAMPLES, explained, nameOf, type Explanation } from "./explain";
import type { Escaped, Exposure } from "./exposure";
import { withoutStrangers, type Mend } from "./fix";
import type { PolicyKind } from "./kinds";
import { RESERVED } from "./patterns";

/** Whom a trust or resource policy lets in, and why its conditions make no difference. What is wrong with one statement has one fix. */
export function explainExposure(
  { statement, principal, to, idle, escaped }: Exposure,
  kind: PolicyKind,
  all: readonly Exposure[],
): Explanation {
  const excepted = statement.principals!.of.map(({ value }) => quote(value));
  const named =
    principal === undefined
      ? `everybody but ${excepted.slice(0, EXAMPLES).join(", ")}`
      : quote(principal.kind === "*" ? "*" : `${principal.kind}: ${principal.value}`);
  const conditions = idle
    .slice(0, EXAMPLES)
    .map(({ condition, why }) => `${condition.operator} ${condition.writtenKey} ${why}`);
  const but =
    conditions.length === 0
      ? "without a condition"
      : `and no condition keeps strangers out (${conditions.join("; ")})`;
  const what = kind === "trust" ? "the role" : kind === "resource" ? "it" : `the ${kind}`;
  const own = all.filter((each) => each.statement === statement);
  return explained(
    `${nameOf(statement)} trusts ${named} ${but}: ${what} can be ${kind === "trust" ? "assumed" : "used"} by ${to}${escaped.map((each) => `; ${escapeOf(each)}`).join("")}`,
    [...new Set(own.map((each) => ADVICE[each.to]))].join(". "),
    withoutStrangers(statement, own.map(mendOf)),
  );
}

/** How a stranger gets past a Deny. */
function escapeOf({ denial, by, isByChoice }: Escaped): string {
  if (isByChoice) {
    return `${nameOf(denial)} denies it only by what the caller is itself`;
  }
  const carried = by.map(({ condition: { writtenKey }, value }) => {
    const text = JSON.stringify(value);
    if (text === undefined) {
      return `without ${writtenKey}`;
    }
    return RESERVED.test(text) ? `with its own ${writtenKey}` : `with ${writtenKey} ${text}`;
  });
  return carried.length === 0
    ? `${nameOf(denial)} denies only a part of it`
    : `${nameOf(denial)} does not deny a request ${carried.slice(0, EXAMPLES).join(" and ")}`;
}

const ADVICE: Readonly<Record<Exposure["to"], string>> = {
  anyone: "Name the principal",
  "any federated user": "Say which of its users",
  "a service, for any customer": "Say for whom the service acts",
};

function mendOf({ principal, to }: Exposure): Mend {
  switch (to) {
    case "anyone":
      return { principal, condition: undefined };
    case "any federated user":
      return { principal, condition: subjectOf(principal!.value) };
    default:
      return { principal, condition: ["aws:SourceAccount", "ACCOUNT"] };
  }
}

/** The condition that names one user of an identity provider, or one application. */
function subjectOf(provider: string): [key: string, value: string] {
  if (provider.includes(":saml-provider/")) {
    return ["SAML:aud", "https://signin.aws.amazon.com/saml"];
  }
  const host = provider.replace(/^.*:oidc-provider\//, "");
  switch (host) {
    case "token.actions.githubusercontent.com":
      return [`${host}:sub`, "repo:OWNER/REPOSITORY:ref:refs/heads/main"];
    case "cognito-identity.amazonaws.com":
      return [`${host}:aud`, "REGION:IDENTITY-POOL-ID"];
    case "www.amazon.com":
    case "graph.facebook.com":
      return [`${host}:app_id`, "APPLICATION-ID"];
    default:
      return [`${host}:sub`, "SUBJECT"];
  }
}
