import type { Policies, ReportViolation, StackValidationArgs } from "@pulumi/policy";
import type { UnknownLedger } from "./unknown-ledger";

/** Comes last, so that every rule has already said what it could not judge; each value is named once, over the whole stack. */
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
      for (const urn of [...args.resources.map((resource) => resource.urn), ""]) {
        for (const { path, rules } of ledger.unknownsOf(urn)) {
          const owner = urn === "" ? "the stack" : urn.slice(urn.lastIndexOf("::") + 2);
          report(
            `\`${path}\` of ${owner} is not known yet, so ${rules.join(", ")} could not judge it. ` +
              "The update judges it before the resource is created.",
            urn === "" ? undefined : urn,
          );
        }
      }
    },
  };
}
