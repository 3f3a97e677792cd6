import type { Policies, ReportViolation, StackValidationArgs } from "@pulumi/policy";
import type { UnknownLedger } from "./unknown-ledger";

/** Comes last, so that every rule has already said what it could not judge; what waits for the same rules is named together. */
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
      const byRules = new Map<string, { value: string; urn: string }[]>();
      for (const urn of [...args.resources.map((resource) => resource.urn), ""]) {
        const owner = urn === "" ? "the stack" : urn.slice(urn.lastIndexOf("::") + 2);
        for (const { path, rules } of ledger.unknownsOf(urn)) {
          const waiting = rules.join(", ");
          const value = { value: `\`${path}\` of ${owner}`, urn };
          byRules.set(waiting, [...(byRules.get(waiting) ?? []), value]);
        }
      }
      for (const [rules, values] of byRules) {
        const [is, it] = values.length === 1 ? ["is", "it"] : ["are", "them"];
        report(
          `${values.map(({ value }) => value).join(", ")} ${is} not known yet, so ${rules} could not judge ${it}. ` +
            "The update does, before it creates the resource.",
          (values.length === 1 && values[0]!.urn) || undefined,
        );
      }
    },
  };
}
