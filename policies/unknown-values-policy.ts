import type { Policies, ReportViolation, StackValidationArgs } from "@pulumi/policy";
import type { UnknownLedger } from "./unknown-ledger";

/** Comes last, so that every rule has already said what it could not judge; one finding names all of it. */
export function unknownValuesPolicy(ledger: UnknownLedger): Policies[number] {
  return {
    name: "values-not-known-yet",
    description:
      "Names the values that this preview does not know, and the rules that wait for them.",
    enforcementLevel: "advisory",
    severity: "low",
    remediationSteps:
      "Build the value from what is known before the deployment (account, region and names) so that a preview can judge it.",
    validateStack: (args: StackValidationArgs, report: ReportViolation) => {
      const byRules = new Map<string, string[]>();
      for (const urn of [...args.resources.map((resource) => resource.urn), ""]) {
        const owner = urn === "" ? "the stack" : urn.slice(urn.lastIndexOf("::") + 2);
        for (const { path, rules } of ledger.unknownsOf(urn)) {
          const waiting = rules.join(", ");
          byRules.set(waiting, [...(byRules.get(waiting) ?? []), `\`${path}\` of ${owner}`]);
        }
      }
      const lines = [...byRules].map(([rules, values]) => `- ${values.join(", ")}: ${rules}`);
      if (lines.length > 0) {
        report(
          [
            "This preview does not know some values yet. The update judges them before it creates the resource:",
            ...lines,
          ].join("\n"),
        );
      }
    },
  };
}
