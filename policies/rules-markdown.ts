import { howToFix, type Rule } from "./rule";

/** The list of rules as a page of Markdown: an overview, then each rule. */
export function rulesMarkdown(rules: readonly Rule[]): string {
  const sorted = [...rules].sort((one, other) => (one.name < other.name ? -1 : 1));
  return [
    "# Rules",
    "",
    "Made from the rules by `npm run rules -w policies`; change the rule, not this page.",
    "",
    "| rule | level | severity | judges | what |",
    "|---|---|---|---|---|",
    ...sorted.map(
      (rule) =>
        `| [${rule.name}](#${rule.name}) | ${rule.level} | ${rule.severity} | ${scopeOf(rule)} | ${rule.what} |`,
    ),
    "",
    ...sorted.flatMap(section),
  ].join("\n");
}

function section(rule: Rule): string[] {
  const config = Object.entries(rule.config ?? {});
  return [
    `## ${rule.name}`,
    "",
    rule.what,
    "",
    `**Why.** ${rule.why}`,
    "",
    "**How to fix.**",
    "",
    howToFix(rule),
    "",
    ...standards(rule),
    ...(config.length === 0
      ? []
      : [
          "| configuration | default | meaning |",
          "|---|---|---|",
          ...config.map(
            ([key, { default: value, description }]) =>
              `| \`${key}\` | \`${JSON.stringify(value)}\` | ${description} |`,
          ),
          "",
        ]),
  ];
}

function standards({ standards: { cisAws5, nist80053r5, securityHub } }: Rule): string[] {
  const named = [
    cisAws5 === undefined ? undefined : `CIS AWS Foundations 5.0 ${cisAws5}`,
    nist80053r5 === undefined ? undefined : `NIST 800-53 r5 ${nist80053r5}`,
    securityHub === undefined ? undefined : `Security Hub ${securityHub}`,
  ].filter((each) => each !== undefined);
  return named.length === 0 ? [] : [`**Standards.** ${named.join("; ")}.`, ""];
}

function scopeOf(rule: Rule): string {
  const scopes = [
    rule.check === undefined ? undefined : "resource",
    (rule.inStack ?? rule.stack) === undefined ? undefined : "stack",
  ];
  return scopes.filter((each) => each !== undefined).join(", ");
}
